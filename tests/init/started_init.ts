import { join } from "node:path";
import { INIT_PROGRAM } from "../../src/init/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

/** The init with a command, run on this machine: not as process 1, as in a pod that shares its own. */
export interface StartedInit extends AsyncDisposable {
  readonly pid: number;
  kill(signal: Deno.Signal): void;
  /** What it and the processes below it have printed, as soon as the pattern is in it. */
  printed(pattern: RegExp): Promise<string>;
  /** Its exit code, and all that was printed. */
  ended(): Promise<{ readonly code: number; readonly said: string }>;
}

export async function startInit(command: readonly string[]): Promise<StartedInit> {
  const folder = await temporaryFolder();
  const program = join(folder.path, "rcc-init");
  await Deno.writeFile(program, INIT_PROGRAM, { mode: 0o755 });
  const child = new Deno.Command(program, {
    args: [...command],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let said = "";
  const reading = read();
  async function read(): Promise<void> {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) said += text;
  }
  return {
    pid: child.pid,
    kill: (signal) => child.kill(signal),
    async printed(pattern) {
      await until(() => pattern.test(said), () => `${pattern} in ${JSON.stringify(said)}`);
      return said;
    },
    async ended() {
      const { code } = await child.status;
      await reading;
      return { code, said };
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Waits until it is so, and gives up only when nothing can be expected any more. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: () => string,
): Promise<void> {
  for (let tries = 0; !await isSo(); tries++) {
    if (tries === 1200) throw new Error(`waited in vain for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
