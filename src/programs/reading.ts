import type { ProgramFacts } from "./program_facts.ts";

/** Bytes of a file. */
export interface ByteRange {
  readonly offset: number;
  /** How many; there are fewer where the file ends. */
  readonly size: number;
}

/**
 * Reads a file without knowing where its bytes come from: it asks for ranges, several at a time, and
 * is given their bytes. It ends with nothing for what is no program, or one that makes no sense.
 */
export type Reading = Generator<
  readonly ByteRange[],
  ProgramFacts | undefined,
  readonly Uint8Array[]
>;

/** No bytes at all. */
export const NOTHING: ByteRange = { offset: 0, size: 0 };
