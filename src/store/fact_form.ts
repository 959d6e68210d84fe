import { measureBytes } from "../bytes/mod.ts";
import { encodeJson } from "../oci/mod.ts";

/** What a fact is kept under. */
export interface FactName {
  readonly kind: string;
  readonly key: string;
}

const BEGINNING = '{"sha256":"';
const MIDDLE = '","fact":';
const DIGITS = 64;
const CONTENT_OFFSET = BEGINNING.length + DIGITS + MIDDLE.length;
const END = "}";

/**
 * A fact as it is kept: JSON, with a checksum of its content, which names the blobs that it is about,
 * and of the name that it is kept under. So neither a changed digit nor another fact's file in its
 * place is taken for what was written.
 */
export function encodeFact(name: FactName, value: unknown): Uint8Array<ArrayBuffer> {
  const content = encodeJson(value);
  const bytes = new Uint8Array(CONTENT_OFFSET + content.length + END.length);
  const encoder = new TextEncoder();
  encoder.encodeInto(`${BEGINNING}${checksumOf(name, content)}${MIDDLE}`, bytes);
  bytes.set(content, CONTENT_OFFSET);
  encoder.encodeInto(END, bytes.subarray(CONTENT_OFFSET + content.length));
  return bytes;
}

/** @throws {SyntaxError} when this is not what was written under the name. */
export function decodeFact(name: FactName, bytes: Uint8Array): unknown {
  const decoder = new TextDecoder();
  const head = decoder.decode(bytes.subarray(0, CONTENT_OFFSET));
  const content = bytes.subarray(CONTENT_OFFSET, -END.length);
  const tail = decoder.decode(bytes.subarray(-END.length));
  const expected = `${BEGINNING}${checksumOf(name, content)}${MIDDLE}`;
  if (bytes.length < CONTENT_OFFSET + END.length || head !== expected || tail !== END) {
    throw new SyntaxError(`expected the fact "${name.kind}/${name.key}" as it was written`);
  }
  return JSON.parse(decoder.decode(content));
}

function checksumOf({ kind, key }: FactName, content: Uint8Array): string {
  const name = new TextEncoder().encode(`${kind}\n${key}\n`);
  return measureBytes(name, content).sha256;
}
