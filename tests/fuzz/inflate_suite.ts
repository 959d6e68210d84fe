/** Our own decoder of deflate beside zlib's. */
import assert from "node:assert/strict";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { concat } from "../../src/bytes/mod.ts";
import { createMemory } from "../../src/wasm/mod.ts";
import { Inflater } from "../../src/compression/inflater.ts";
import { OutputWindow } from "../../src/compression/output_area.ts";
import { sourceOf } from "../support/source_of.ts";
import { damaged } from "./inputs.ts";
import type { FuzzSuite } from "./suite.ts";

const TEXT = new TextEncoder().encode(
  "import json\n\n\ndef read(path):\n    return path\n".repeat(9),
);
const NOISE = new Uint8Array(400).map((_, i) => (i * i * 7919) >> 5);
const GOOD = [TEXT, concat([TEXT, NOISE, TEXT]), new Uint8Array(3_000), new Uint8Array()]
  .flatMap((content) => [
    deflateRawSync(content),
    deflateRawSync(content, { level: 0 }),
    deflateRawSync(content, { strategy: constants.Z_FIXED }),
    deflateRawSync(content, { strategy: constants.Z_HUFFMAN_ONLY }),
  ])
  .map((packed) => new Uint8Array(packed));

/** A stream's content, and how many bytes of it there were; nothing when it is none. */
interface Inflated {
  readonly content: Uint8Array;
  readonly consumed: number;
}

/** What damage makes of a stream is no longer than this. */
const LIMIT = 4 * 1024 * 1024;

/** Deno 2.9's zlib keeps 20 KB for each stream that it refuses: it is asked about one of so many. */
const REFUSED_ASKED = 16;
let refused = 0;

/** What either takes the other takes too, for the same content, and no other bytes are consumed. */
export const inflate: FuzzSuite<Uint8Array> = {
  name: "inflate",
  inputs: damaged(...GOOD),
  check(input) {
    const found = byOurs(input, Infinity);
    requireSame(byOurs(input, 1 + input.length % 700), found);
    if (found !== undefined || refused++ % REFUSED_ASKED === 0) requireSame(byZlib(input), found);
  },
};

function requireSame(other: Inflated | undefined, found: Inflated | undefined): void {
  assert.equal(other?.consumed, found?.consumed);
  if (found === undefined) return;
  assert.ok(Buffer.compare(other!.content, found.content) === 0);
}

function byZlib(input: Uint8Array): Inflated | undefined {
  try {
    const { buffer, engine } = inflateRawSync(input, {
      info: true,
      maxOutputLength: LIMIT,
    }) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } };
    return { content: buffer, consumed: engine.bytesWritten };
  } catch {
    return undefined;
  }
}

const inflater = new Inflater(new OutputWindow(createMemory()));

function byOurs(input: Uint8Array, step: number): Inflated | undefined {
  inflater.open(sourceOf(input, step));
  inflater.beginStream();
  const chunks: Uint8Array[] = [];
  try {
    for (let chunk; (chunk = inflater.inflate()) !== undefined;) chunks.push(chunk.slice());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return { content: concat(chunks), consumed: input.length - inflater.left };
}
