import { closeSync, fstatSync, openSync } from "node:fs";
import { type BlobLocation, blobPath } from "./blob.ts";
import { readCatalogFile, type ReadCatalogOptions } from "./catalog_file.ts";
import { catalogFileName, isSupported, parseCatalogName } from "./catalog_name.ts";
import { compareBytes } from "./go_text.ts";
import type { CatalogFiles, CatalogSummary, Library } from "./library.ts";
import { noSuchCatalog } from "./no_such_catalog.ts";
import { inSlices, type SlicesOptions } from "./slices.ts";
import { readZipDirectory, type ZipEntry } from "./zip_directory.ts";
import { readerOf } from "./zip_reader.ts";

/** A library as `rcc holotree export` writes it. What else is in the archive is passed over. */
export class ZipLibrary implements Library {
  readonly kind = "zip";
  readonly path: string;
  readonly #entries: ReadonlyMap<string, BlobLocation>;

  private constructor(path: string, entries: ReadonlyMap<string, BlobLocation>) {
    this.path = path;
    this.#entries = entries;
  }

  /** @throws {SyntaxError} when it is no zip archive, or a harmful one. */
  static async open(path: string, options: SlicesOptions = {}): Promise<ZipLibrary> {
    const file = openSync(path, "r");
    try {
      const steps = readZipDirectory(fstatSync(file).size, readerOf(file));
      const entries = await inSlices(steps, options);
      return new ZipLibrary(path, ownEntries(path, entries));
    } finally {
      closeSync(file);
    }
  }

  catalogs(): Promise<readonly CatalogSummary[]> {
    const summaries: CatalogSummary[] = [];
    for (const [name, { unpackedSize: size }] of this.#entries) {
      const catalog = name.startsWith(CATALOGS) && parseCatalogName(name.slice(CATALOGS.length));
      if (!catalog) continue;
      summaries.push({ ...catalog, modified: undefined, size, supported: isSupported(catalog) });
    }
    return Promise.resolve(summaries.sort((a, b) => compareBytes(a.hash, b.hash)));
  }

  async readCatalog(hash: string, options?: ReadCatalogOptions): Promise<CatalogFiles> {
    const stored = this.#entries.get(CATALOGS + catalogFileName(hash));
    if (stored !== undefined) return await readCatalogFile(stored, hash, options);
    throw noSuchCatalog(await this.catalogs(), { wanted: hash, library: this.path });
  }

  locate(digest: string): BlobLocation | undefined {
    return this.#entries.get(blobPath(digest));
  }

  placeOf(digest: string): BlobLocation {
    return this.locate(digest)!;
  }
}

const CATALOGS = "catalog/";

/** The entries that RCC would ask for. */
function ownEntries(
  path: string,
  entries: readonly ZipEntry[],
): ReadonlyMap<string, BlobLocation> {
  const own = new Map<string, BlobLocation>();
  for (const { name, packing, offset, size, unpackedSize } of entries) {
    if (!/^(?:catalog|library)\//.test(name)) continue;
    if (packing === "other") {
      throw new SyntaxError(`expected deflate, found another packing of ${JSON.stringify(name)}`);
    }
    own.set(name, { path, offset, size, packing, unpackedSize });
  }
  return own;
}
