import { Buffer } from "node:buffer";
import type { GramIndex } from "./gram_index.ts";
import { type HostSecret, secretForms } from "./host_secrets.ts";
import { type PatternOptions, secretPatterns } from "./secret_patterns.ts";

/** Something that was found in a file. */
export interface FoundSecret {
  /** In words that follow "found". */
  readonly kind: string;
  /** Whether it is a secret of this host, and does not only look like one. */
  readonly isCertain: boolean;
  /** As editors count: both numbers from 1, of characters in UTF-8. */
  readonly line: number;
  readonly column: number;
}

/** What is looked for in a file. */
interface Needle {
  /** The bytes, each as one character. */
  readonly bytes: string;
  readonly kind: string;
}

/** Looks through bytes for the host's secrets and for what looks like somebody's. */
export class SecretSearch {
  readonly #needles: readonly Needle[];
  readonly #overlap: number;

  constructor(secrets: readonly HostSecret[]) {
    this.#needles = secrets.flatMap((secret) =>
      secretForms(secret).map((form) => ({
        bytes: Buffer.from(form, "utf8").toString("latin1"),
        kind: `the value of ${secret.name}`,
      }))
    );
    this.#overlap = Math.max(LONGEST_PATTERN, ...this.#needles.map(({ bytes }) => bytes.length));
  }

  /** Whether a secret of the host may be in what was indexed; nothing else is asked for. */
  mayBeIn(index: GramIndex): boolean {
    return this.#needles.some(({ bytes }) => index.mayHold(Buffer.from(bytes, "latin1")));
  }

  /** What was found, of each kind the first. */
  async find(
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: PatternOptions,
  ): Promise<readonly FoundSecret[]> {
    const found = new Map<string, FoundSecret>();
    let before = new Place();
    let isText = true;
    for await (const chunk of chunks) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      // Binary files hold what looks like addresses by chance, but no secret by chance.
      isText &&= !bytes.includes(0);
      const place = before.with(bytes.toString("latin1"));
      for (const { kind, isCertain, index } of this.#matches(place.text, isText, options)) {
        if (!found.has(kind)) found.set(kind, { kind, isCertain, ...place.positionOf(index) });
      }
      before = place.last(this.#overlap);
    }
    return [...found.values()];
  }

  *#matches(
    window: string,
    isText: boolean,
    options: PatternOptions,
  ): Generator<Pick<FoundSecret, "kind" | "isCertain"> & { readonly index: number }> {
    for (const { bytes, kind } of this.#needles) {
      const index = window.indexOf(bytes);
      if (index >= 0) yield { kind, isCertain: true, index };
    }
    if (!isText) return;
    for (const match of secretPatterns(window, options)) yield { ...match, isCertain: false };
  }
}

/** In bytes: what of an address may lie on both sides of a border between chunks. */
const LONGEST_PATTERN = 4096;

/** A part of a file, each byte as one character, and where it begins. */
class Place {
  readonly text: string;
  readonly #line: number;
  /** What stands before it in its first line, in characters. */
  readonly #column: number;

  constructor(text = "", line = 0, column = 0) {
    this.text = text;
    this.#line = line;
    this.#column = column;
  }

  with(more: string): Place {
    return new Place(this.text + more, this.#line, this.#column);
  }

  /** What remains of it when only its end is kept. */
  last(length: number): Place {
    const cut = Math.max(this.text.length - length, 0);
    const { line, column } = this.positionOf(cut);
    return new Place(this.text.slice(cut), line - 1, column - 1);
  }

  positionOf(index: number): { readonly line: number; readonly column: number } {
    const before = this.text.slice(0, index);
    const lineStart = before.lastIndexOf("\n") + 1;
    const characters = Buffer.from(before.slice(lineStart), "latin1").toString("utf8").length;
    return {
      line: this.#line + 1 + before.split("\n").length - 1,
      column: 1 + characters + (lineStart === 0 ? this.#column : 0),
    };
  }
}
