/** Inputs of all kinds, most of them nearly right: what is wholly wrong is refused too early. */
import fc from "fast-check";
import { concat } from "../../src/bytes/mod.ts";

/** A change of one place. */
interface Edit {
  readonly kind: "set" | "cut" | "repeat" | "insert";
  /** Of the whole length, 0 to 1. */
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

const NASTY = ["\0", "..", "/", "\x1b[2J", "\u202e", "é", "99999999999", "-1", "\n", "\ufeff"];

const EDIT: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom("set", "cut", "repeat", "insert"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(40),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc.constantFrom(...NASTY).map((text) => new TextEncoder().encode(text)),
  ),
});

/** One of the good ones with a few changes. */
export function damaged(...good: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.constantFrom(...good), fc.array(EDIT, { maxLength: 6 }))
    .map(([bytes, edits]) => edits.reduce(apply, bytes));
}

function apply(bytes: Uint8Array, { kind, at, length, bytes: other }: Edit): Uint8Array {
  const offset = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, offset), bytes.subarray(offset)];
  switch (kind) {
    case "set":
      return concat([before, other, after.subarray(other.length)]);
    case "cut":
      return concat([before, after.subarray(length)]);
    case "repeat":
      return concat([before, after.subarray(0, length), after]);
    case "insert":
      return concat([before, other, after]);
  }
}

/** Words of a language in any order, as bytes. */
export function wordsOf(...words: readonly string[]): fc.Arbitrary<Uint8Array> {
  const word = fc.oneof(
    { arbitrary: fc.constantFrom(...words), weight: 8 },
    { arbitrary: fc.constantFrom(...NASTY), weight: 1 },
    { arbitrary: fc.string({ maxLength: 8 }), weight: 1 },
  );
  return fc.array(word, { maxLength: 24 }).map((all) => new TextEncoder().encode(all.join("")));
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
