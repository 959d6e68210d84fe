import type { TerminalSink } from "../../src/report/sinks.ts";

/** Options of {@linkcode Screen}. */
export interface ScreenOptions {
  readonly columns: number;
  readonly rows?: number;
}

/**
 * A terminal that obeys what the reporter writes and refuses everything else: so a test sees what a
 * person sees, and fails when a line is wider than the terminal or an unknown escape arrives.
 */
export class Screen {
  readonly columns: number;
  readonly rows: number;
  readonly #lines: string[] = [""];
  #row = 0;
  #column = 0;
  isCursorVisible = true;

  constructor({ columns, rows = 24 }: ScreenOptions) {
    this.columns = columns;
    this.rows = rows;
  }

  /** What a person sees, without the blanks at the ends. */
  get text(): string {
    return this.#lines.map((line) => line.trimEnd()).join("\n").trimEnd();
  }

  /** Both standard output and error of a process on a terminal. */
  get sink(): TerminalSink {
    return {
      isTerminal: true,
      columns: () => this.columns,
      rows: () => this.rows,
      write: (text) => this.write(text),
    };
  }

  write(text: string): void {
    for (const [token] of text.matchAll(TOKENS)) this.#obey(token);
  }

  #obey(token: string): void {
    if (token.length > 2) return this.#obeyEscape(token.slice(2, -1), token.at(-1)!);
    if (token === "\r") this.#column = 0;
    else if (token === "\n") this.#newline();
    else if (/\p{Cc}/u.test(token)) throw new Error(`unknown control ${JSON.stringify(token)}`);
    else this.#put(token);
  }

  #obeyEscape(parameter: string, command: string): void {
    const line = this.#lines[this.#row]!;
    if (command === "m") return;
    if (command === "A") this.#row -= Number(parameter);
    else if (command === "K") this.#lines[this.#row] = line.slice(0, this.#column);
    else if (command === "J") {
      this.#lines[this.#row] = line.slice(0, this.#column);
      this.#lines.length = this.#row + 1;
    } else if (parameter === "?25") this.isCursorVisible = command === "h";
    else throw new Error(`unknown escape ${parameter}${command}`);
    if (this.#row < 0) throw new Error("the cursor left the screen");
  }

  #newline(): void {
    this.#row++;
    this.#column = 0;
    if (this.#row === this.#lines.length) this.#lines.push("");
  }

  /** Live lines must not reach the last column: only text that stays may wrap. */
  #put(character: string): void {
    if (!this.isCursorVisible && this.#column >= this.columns - 1) {
      throw new Error(`a live line reached column ${this.columns}`);
    }
    const line = this.#lines[this.#row]!.padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character +
      line.slice(this.#column + 1);
    this.#column++;
  }
}

// deno-lint-ignore no-control-regex -- it reads controls
const TOKENS = /\x1b\[\??\d*[A-Za-z]|[^]/gu;
