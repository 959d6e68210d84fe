/**
 * Takes a program's output apart into lines as people would read them: without colours, cursor
 * movements and other control characters, each state of a progress bar a line of its own, empty
 * ones left out.
 */
export class OutputLines {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #isSkipping = false;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The last line may have no end. */
  end(): void {
    this.#take(`${this.#decoder.decode()}\n`);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split(/[\r\n]/);
    this.#rest = lines.pop()!;
    for (const line of lines) {
      if (!this.#isSkipping) this.#give(line);
      this.#isSkipping = false;
    }
    if (this.#rest.length > LONGEST_LINE) {
      if (!this.#isSkipping) this.#give(this.#rest.slice(0, LONGEST_LINE));
      this.#isSkipping = true;
      this.#rest = "";
    }
  }

  #give(line: string): void {
    const clean = cleanLine(line);
    if (clean !== "") this.#onLine(clean);
  }
}

/** In UTF-16 units. What stands behind them in the same line is lost. */
const LONGEST_LINE = 64 * 1024;

// deno-lint-ignore no-control-regex -- these are what is looked for
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])/g;

/** A line without what only a terminal understands, and without white space at its end. */
export function cleanLine(line: string): string {
  return line.replace(ESCAPES, "").replaceAll("\t", " ").replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "")
    .trimEnd();
}
