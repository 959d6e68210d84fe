import { collectLarge, streamOf } from "../bytes/mod.ts";
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

async function readFile(stored: StoredBytes) {
  const bytes = await collectLarge(paced(readStoredInSteps(stored)), {
    limit: LARGEST_JSON,
    likely: stored.unpackedSize,
  });
  const codec = detectCodec(bytes);
  if (codec !== "gzip") throw new SyntaxError("expected gzip, found something else");
  const json = await collectLarge(paced(decompressing(codec, streamOf(bytes))), {
    limit: LARGEST_JSON,
    likely: statedSize(bytes),
  });
  return { bytes, json };
}

/** How large the content is, as gzip's last four bytes say: https://www.rfc-editor.org/rfc/rfc1952 */
function statedSize(gzip: Uint8Array): number {
  const { buffer, byteOffset, length } = gzip;
  return length < 4 ? 0 : new DataView(buffer, byteOffset).getUint32(length - 4, true);
}
