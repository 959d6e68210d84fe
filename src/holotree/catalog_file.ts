import { collect, streamOf } from "../bytes/mod.ts";
import {
  decompressing,
  detectCodec,
  readStoredInSteps,
  type StoredBytes,
} from "../compression/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import { catalogFileName } from "./catalog_name.ts";
import type { CatalogFiles } from "./library.ts";
import { parseCatalog } from "./parse_catalog.ts";
import { paced } from "./slices.ts";

/** The JSON of 200,000 files has 50 MB. */
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
  return { catalog: await parseCatalog(json, catalogFileName(hash)), bytes };
}

async function readFile(stored: StoredBytes) {
  const bytes = await collect(paced(readStoredInSteps(stored)), LARGEST_JSON);
  const codec = detectCodec(bytes);
  if (codec !== "gzip") throw new SyntaxError("expected gzip, found something else");
  const json = await collect(paced(decompressing(codec, streamOf(bytes))), LARGEST_JSON);
  return { bytes, json };
}
