import type { Failure, FailureId } from "../failure/mod.ts";
import { failureAt, type SourcePosition } from "./source_text.ts";

/** What is wrong with a file, collected so that one reading mends everything. */
export class YamlFaults {
  readonly #id: FailureId;
  readonly #fileName: string;
  /** By message: a value behind an alias is met more than once. */
  readonly #found = new Map<string, FoundFault>();

  constructor(id: FailureId, fileName: string) {
    this.#id = id;
    this.#fileName = fileName;
  }

  get count(): number {
    return this.#found.size;
  }

  add(position: SourcePosition, message: string): void {
    const failure = failureAt(position, { id: this.#id, fileName: this.#fileName, message });
    this.#found.set(failure.message, { position, failure });
  }

  /** In the order of the file. */
  failures(): readonly Failure[] {
    return [...this.#found.values()]
      .sort(({ position: left }, { position: right }) =>
        left.line - right.line || left.column - right.column
      )
      .map(({ failure }) => failure);
  }
}

interface FoundFault {
  readonly position: SourcePosition;
  readonly failure: Failure;
}
