import { collectLarge } from "../bytes/mod.ts";
import { ContentReader, type StoredBytes } from "../packing/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import { catalogFileName } from "./catalog_name.ts";
import { decodeKept, encodeKept, type KeptCatalogs } from "./kept_catalog.ts";
import type { CatalogFiles } from "./library.ts";
import { parseCatalog } from "./parse_catalog.ts";
import { paced } from "./slices.ts";

/** Options of {@linkcode readCatalogFile}. */
export interface ReadCatalogOptions {
  /** Where a catalog is looked for, and put when it has been read and checked. */
  readonly kept?: KeptCatalogs | undefined;
}

/**
 * Reads a catalog's file.
 *
 * @throws {Failure} when it is not what RCC writes.
 */
export async function readCatalogFile(
  stored: StoredBytes,
  hash: string,
  { kept }: ReadCatalogOptions = {},
): Promise<CatalogFiles> {
  const reading = <Result>(read: (stored: StoredBytes) => Promise<Result>) =>
    read(stored).catch((cause) => {
      throw new Failure(
        "environment/catalog-invalid",
        `failed to read catalog "${hash}" in "${stored.path}": ${messageOf(cause)}`,
        { cause },
      );
    });
  if (kept !== undefined) {
    const bytes = await reading(readBytes);
    const catalog = decodeKept(await kept.read(bytes));
    // Another catalog's file may lie under this name.
    if (catalog?.blueprint === hash) return { catalog, bytes };
  }
  const { bytes, json } = await reading(unpack);
  try {
    const catalog = await parseCatalog(json, catalogFileName(hash));
    await kept?.write(bytes, encodeKept(catalog));
    return { catalog, bytes };
  } finally {
    // The garbage collector would come for it late.
    json.buffer.transfer(0);
  }
}

async function readBytes(stored: StoredBytes): Promise<Uint8Array> {
  using opened = new ContentReader().open(stored);
  const likely = stored.unpackedSize;
  return await collectLarge(paced(opened.raw()), { limit: Infinity, likely });
}

/** The JSON of 200,000 files has 75 MB. */
const LARGEST_JSON = 256 * 1024 * 1024;

/** JSON of this kind packs to a seventh. Memory that is not filled costs nothing. */
const LIKELY_RATIO = 10;

async function unpack(stored: StoredBytes) {
  if (stored.unpackedSize > LARGEST_JSON) {
    throw new RangeError(`expected at most ${LARGEST_JSON} bytes, found more`);
  }
  using opened = new ContentReader().open(stored);
  if (opened.codec !== "gzip") throw new SyntaxError("expected gzip, found something else");
  const bytes = new Uint8Array(stored.unpackedSize);
  let read = 0;
  opened.watch((chunk) => {
    bytes.set(chunk, read);
    read += chunk.length;
  });
  const json = await collectLarge(paced(opened.gunzip()), {
    limit: LARGEST_JSON,
    likely: LIKELY_RATIO * stored.unpackedSize,
  });
  return { bytes, json };
}
