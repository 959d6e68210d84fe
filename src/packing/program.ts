import type { ProgramFacts } from "../programs/mod.ts";

/** A program that was met while content was packed. */
export interface FoundProgram {
  /** The hash of the content, as it was expected: hex digits. */
  readonly digest: string;
  /** Of the content before it was patched. */
  readonly facts: ProgramFacts;
}
