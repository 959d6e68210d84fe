import process from "node:process";
import { createInterface } from "node:readline";
import { isatty } from "node:tty";

/** Where a person's answers come from. */
export interface LineSource {
  readonly isTerminal: boolean;
  /** The next line without its end, `undefined` when no further one comes. */
  readLine(): Promise<string | undefined>;
}

/** The process's own standard input. It is touched by `readLine()` only, and left alone behind it. */
export function systemStdin(): LineSource {
  return {
    isTerminal: isatty(0),
    readLine() {
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      const reader = createInterface({ input: process.stdin, terminal: false });
      reader.once("line", (line) => {
        resolve(line);
        reader.close();
      });
      reader.once("close", () => resolve(undefined));
      return promise;
    },
  };
}
