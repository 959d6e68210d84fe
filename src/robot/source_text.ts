import { Failure, type FailureId } from "../failure/mod.ts";
import { onOneLine } from "./quote.ts";

/** Where something stands in a text file, as editors count: both numbers from 1. */
export interface SourcePosition {
  readonly line: number;
  /** In UTF-16 units. */
  readonly column: number;
  /** The whole line, without its end. */
  readonly sourceLine: string;
}

/** A text that was written in a file, and where. */
export interface Located extends SourcePosition {
  readonly text: string;
}

/** Options of {@linkcode failureAt}. */
export interface FailureAtOptions {
  readonly id: FailureId;
  /** Relative to the robot's folder, with `/`. */
  readonly fileName: string;
  /** What was met, and what would have worked: `"tasks" is a list, expected names and their tasks`. */
  readonly message: string;
}

/** A failure that points at a place and shows its line. */
export function failureAt(
  { line, column, sourceLine }: SourcePosition,
  { id, fileName, message }: FailureAtOptions,
): Failure {
  const shown = sourceLine.trim() === "" ? "" : `: "${onOneLine(sourceLine.trimEnd())}"`;
  return new Failure(
    id,
    `failed to read "${fileName}": ${fileName}:${line}:${column}: ${message}${shown}`,
  );
}

/** A text that knows its lines. `\n`, `\r\n` and a lone `\r` all end one. */
export class SourceText {
  readonly fileName: string;
  /** With `\n` for a lone `\r`, so that offsets are those of the file. */
  readonly text: string;
  /** Where each line begins. */
  readonly #starts = [0];

  constructor(text: string, fileName: string) {
    this.fileName = fileName;
    this.text = text.replace(/^\ufeff/, "").replace(/\r(?!\n)/g, "\n");
    for (let end = this.text.indexOf("\n"); end >= 0; end = this.text.indexOf("\n", end + 1)) {
      this.#starts.push(end + 1);
    }
  }

  /** The place of an offset in UTF-16 units; past the end is the end. */
  position(offset: number): SourcePosition {
    const place = Math.min(offset, this.text.length);
    const line = this.#lineOf(place);
    const start = this.#starts[line]!;
    const end = this.#starts[line + 1] ?? this.text.length + 1;
    const sourceLine = this.text.slice(start, end - 1).replace(/\r$/, "");
    return { line: line + 1, column: place - start + 1, sourceLine };
  }

  /** The last line that begins at the offset or before it, from 0. */
  #lineOf(offset: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  failureAt(offset: number, options: Omit<FailureAtOptions, "fileName">): Failure {
    return failureAt(this.position(offset), { ...options, fileName: this.fileName });
  }
}
