import { collectLarge } from "../bytes/mod.ts";
import { gunzipMemory, isGzip } from "../compression/mod.ts";
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
  /** Told of a catalog's file that is not kept, before it is read. */
  readonly onNew?: ((file: Uint8Array) => void) | undefined;
}

/**
 * Reads a catalog's file.
 *
 * @throws {Failure} when it is not what RCC writes.
 */
export async function readCatalogFile(
  stored: StoredBytes,
  hash: string,
  { kept, onNew }: ReadCatalogOptions = {},
): Promise<CatalogFiles> {
  const reading = <Result>(result: Promise<Result>) =>
    result.catch((cause) => {
      throw new Failure(
        "environment/catalog-invalid",
        `failed to read catalog "${hash}" in "${stored.path}": ${messageOf(cause)}`,
        { cause },
      );
    });
  const bytes = await reading(readBytes(stored));
  const known = decodeKept(await kept?.read(bytes));
  // Another catalog's file may lie under this name.
  if (known?.blueprint === hash) return { catalog: known, bytes };
  onNew?.(bytes);
  const json = await reading(unpack(bytes));
  try {
    const catalog = await parseCatalog(json, catalogFileName(hash));
    await kept?.write(bytes, encodeKept(catalog));
    return { catalog, bytes };
  } finally {
    // The garbage collector would come for it late.
    json.buffer.transfer(0);
  }
}

/** The JSON of 200,000 files has 75 MB. */
const LARGEST_JSON = 256 * 1024 * 1024;

async function readBytes(stored: StoredBytes): Promise<Uint8Array> {
  using opened = new ContentReader().open(stored);
  const likely = stored.unpackedSize;
  return await collectLarge(paced(opened.raw()), { limit: LARGEST_JSON, likely });
}

/** JSON of this kind packs to a seventh. Memory that is not filled costs nothing. */
const LIKELY_RATIO = 10;

async function unpack(packed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(packed)) throw new SyntaxError("expected gzip, found something else");
  return await collectLarge(paced(gunzipMemory(packed)), {
    limit: LARGEST_JSON,
    likely: LIKELY_RATIO * packed.length,
  });
}
