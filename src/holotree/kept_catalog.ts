import type { BlobMode } from "./blob.ts";
import type { Catalog } from "./catalog.ts";
import { TextColumn } from "./columns.ts";
import { ContentTable } from "./contents.ts";
import { isSoundCatalog } from "./sound_catalog.ts";

/**
 * A place for catalogs that have been read and checked, by the bytes of their files: reading one
 * from there takes a tenth of the time.
 */
export interface KeptCatalogs {
  /** What was written for the same file, if that is still there. */
  read(file: Uint8Array): Promise<unknown>;
  /** @param value JSON can hold it. */
  write(file: Uint8Array, value: unknown): Promise<void>;
}

/** Another form, or other checks of what RCC wrote, get another number. */
const VERSION = 1;

/** A catalog as its columns, in Base64: 1.6 MB for 10,000 files. */
interface KeptCatalog {
  readonly version: typeof VERSION;
  readonly fields: Omit<Catalog, "tree" | "contents" | "blobMode">;
  readonly blobMode: BlobMode;
  readonly names: { readonly bytes: string; readonly ends: string };
  readonly parents: string;
  readonly ends: string;
  readonly modes: string;
  readonly fileContents: string;
  readonly symlinks: readonly (readonly [number, string])[];
  readonly shadows: readonly number[];
  readonly digests: string;
  readonly sizes: string;
  readonly rewrites: readonly (readonly [number, readonly number[]])[];
}

/** The catalog in a form for JSON. */
export function encodeKept({ tree, contents, blobMode, ...fields }: Catalog): unknown {
  const { bytes, ends } = tree.names.values;
  const { digests, sizes, rewrites } = contents.values;
  return {
    version: VERSION,
    fields,
    blobMode,
    names: { bytes: bytes.toBase64(), ends: textOf(ends) },
    parents: textOf(tree.parents),
    ends: textOf(tree.ends),
    modes: textOf(tree.modes),
    fileContents: textOf(tree.contents),
    symlinks: [...tree.symlinks],
    shadows: [...tree.shadows],
    digests: digests.toBase64(),
    sizes: textOf(sizes),
    rewrites: [...rewrites],
  } satisfies KeptCatalog;
}

/** The catalog that was encoded; none when it was in another form, or is none. */
export function decodeKept(value: unknown): Catalog | undefined {
  if (!isKept(value)) return undefined;
  try {
    const catalog = catalogOf(value);
    return isSoundCatalog(catalog) ? catalog : undefined;
  } catch {
    return undefined; // Somebody else has written it: what we write can be read.
  }
}

function catalogOf(value: KeptCatalog): Catalog {
  const { fields, blobMode, names, digests, sizes, rewrites } = value;
  return {
    ...fields,
    tree: {
      names: new TextColumn({
        bytes: Uint8Array.fromBase64(names.bytes),
        ends: new Float64Array(bufferOf(names.ends)),
      }),
      parents: new Int32Array(bufferOf(value.parents)),
      ends: new Int32Array(bufferOf(value.ends)),
      modes: new Uint32Array(bufferOf(value.modes)),
      contents: new Int32Array(bufferOf(value.fileContents)),
      symlinks: new Map(value.symlinks),
      shadows: new Set(value.shadows),
    },
    contents: new ContentTable({
      digests: Uint8Array.fromBase64(digests),
      sizes: new Float64Array(bufferOf(sizes)),
      rewrites: new Map(rewrites),
    }),
    blobMode,
  };
}

/** The version stands for the form of what this program writes. */
function isKept(value: unknown): value is KeptCatalog {
  return (value as KeptCatalog | undefined)?.version === VERSION;
}

function textOf({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>): string {
  return new Uint8Array(buffer, byteOffset, byteLength).toBase64();
}

function bufferOf(text: string): ArrayBuffer {
  return Uint8Array.fromBase64(text).buffer;
}
