/**
 * Content as data, not as closures: a worker must be able to read it.
 */

import type { SeenFile } from "../files/mod.ts";

/** Bytes that lie in a file of this machine. */
export interface StoredBytes {
  /** The file. */
  readonly path: string;
  /** Of the first byte in the file. */
  readonly offset: number;
  /** How many bytes lie there. */
  readonly size: number;
  /** `deflate` when a zip archive packed them. */
  readonly packing: "none" | "deflate";
  /** How many bytes they are without the packing. */
  readonly unpackedSize: number;
  /** What the whole file was when it was listed, where another or a changed one would not do. */
  readonly seen?: SeenFile;
}

/** The hash that content must have, as hex digits. */
export type ContentCheck =
  | { readonly algorithm: "sha256"; readonly hex: string }
  | {
    readonly algorithm: "siphash128";
    readonly key: { readonly k0: bigint; readonly k1: bigint };
    readonly hex: string;
  };

/** Bytes that are put in the place of others. */
export interface ContentPatch {
  /** Ascending. */
  readonly offsets: readonly number[];
  /** What must stand at each of them. */
  readonly replaced: Uint8Array;
  /** As many. */
  readonly bytes: Uint8Array;
}

/** What a file of a layer holds. Sizes are those of the content in the tar, in bytes. */
export type Content =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly size: number }
  | StoredContent
  | DecodedContent;

/** The stored bytes as they are. */
export interface StoredContent {
  readonly kind: "stored";
  /** What errors call it. */
  readonly name: string;
  readonly stored: StoredBytes;
  readonly size: number;
  /** What they must be when decoded, which is tried on the side. */
  readonly expected?: Expected;
}

/** What the stored bytes are when decoded, checked, and patched after that. */
export interface DecodedContent {
  readonly kind: "decoded";
  /** What errors call it. */
  readonly name: string;
  readonly stored: StoredBytes;
  readonly size: number;
  readonly expected: Expected;
  readonly patch?: ContentPatch;
}

/** What stored bytes must be when they are decoded. */
export interface Expected {
  /** In bytes. */
  readonly size: number;
  readonly check: ContentCheck;
  /** Whether gzip or zstd, told by their magic, are undone. False where content may begin like them. */
  readonly decode: boolean;
}

export function bytesContent(bytes: Uint8Array): Content {
  return { kind: "bytes", bytes, size: bytes.length };
}

/** A file of this machine as content. Its size is what it was when it was listed. */
export function fileContent(path: string, size: number, seen?: SeenFile): StoredContent {
  const whole = { path, offset: 0, size, packing: "none" as const, unpackedSize: size };
  return {
    kind: "stored",
    name: path,
    stored: seen === undefined ? whole : { ...whole, seen },
    size,
  };
}

/** Content was not what it was said to be, or could not be read. */
export class ContentError extends Error {
  override readonly name = "ContentError";
  /** The content's own name. */
  readonly content: string;
  /**
   * `damaged` when its bytes are wrong, `unreadable` when they could not be had, `unpatchable` when
   * what is to be replaced stands elsewhere.
   */
  readonly problem: "damaged" | "unreadable" | "unpatchable";

  constructor(content: string, problem: ContentError["problem"], message: string) {
    super(message);
    this.content = content;
    this.problem = problem;
  }
}
