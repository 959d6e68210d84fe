import { collectLarge } from "../bytes/mod.ts";
import { ContentReader, type StoredBytes } from "../packing/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import { catalogFileName } from "./catalog_name.ts";
import type { CatalogFiles } from "./library.ts";
import { parseCatalog } from "./parse_catalog.ts";
import { paced } from "./slices.ts";

/** The JSON of 200,000 files has 75 MB. */
const LARGEST_JSON = 256 * 1024 * 1024;

/**
 * Reads a catalog's file.
 *
 * @throws {Failure} when it is not what RCC writes.
 */
export async function readCatalogFile(stored: StoredBytes, hash: string): Promise<CatalogFiles> {
  const { bytes, json } = await readFile(stored).catch((cause) => {
    throw new Failure(
      "environment/catalog-invalid",
      `failed to read catalog "${hash}" in "${stored.path}": ${messageOf(cause)}`,
      { cause },
    );
  });
  try {
    return { catalog: await parseCatalog(json, catalogFileName(hash)), bytes };
  } finally {
    // The garbage collector would come for it late.
    json.buffer.transfer(0);
  }
}

/** JSON of this kind packs to a seventh. Memory that is not filled costs nothing. */
const LIKELY_RATIO = 10;

async function readFile(stored: StoredBytes) {
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
