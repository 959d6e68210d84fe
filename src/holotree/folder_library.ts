import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure, messageOf } from "../failure/mod.ts";
import { fileSize, readFileBytes } from "../files/mod.ts";
import { type BlobLocation, blobPath } from "./blob.ts";
import { readCatalogFile, type ReadCatalogOptions } from "./catalog_file.ts";
import { catalogFileName, isSupported, parseCatalogName } from "./catalog_name.ts";
import type { CatalogFiles, CatalogSummary, Library } from "./library.ts";
import { noSuchCatalog } from "./no_such_catalog.ts";

/** A library as RCC keeps it: a folder with `catalog` and `library` in it. */
export class FolderLibrary implements Library {
  readonly kind = "folder";
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async catalogs(): Promise<readonly CatalogSummary[]> {
    const folder = join(this.path, "catalog");
    const names = await readdir(folder).catch((cause) => {
      throw this.#unreadable(cause);
    });
    const summaries = names.sort().map((name) => summarize(join(folder, name), name));
    return (await Promise.all(summaries)).filter((summary) => summary !== undefined);
  }

  async readCatalog(hash: string, options?: ReadCatalogOptions): Promise<CatalogFiles> {
    const path = join(this.path, "catalog", catalogFileName(hash));
    const stored = this.#stored(path);
    if (stored === undefined) {
      throw noSuchCatalog(await this.catalogs(), { wanted: hash, library: this.path });
    }
    const [file, info] = await Promise.all([
      readCatalogFile(stored, hash, options),
      readIfThere(`${path}.info`),
    ]);
    return { ...file, ...(info && { info }) };
  }

  /**
   * One stat: what RCC keeps of 200,000 files are 200,000 folders of one blob each, so that listing
   * them costs more than asking for each, and a library may hold many environments.
   */
  locate(digest: string): BlobLocation | undefined {
    return this.#stored(this.#blobPath(digest));
  }

  placeOf(digest: string, size: number): BlobLocation {
    return wholeFile(this.#blobPath(digest), size);
  }

  #blobPath(digest: string): string {
    return `${this.path}/${blobPath(digest)}`;
  }

  #stored(path: string): BlobLocation | undefined {
    try {
      const size = fileSize(path);
      return size === undefined ? undefined : wholeFile(path, size);
    } catch (cause) {
      throw this.#unreadable(cause);
    }
  }

  #unreadable(cause: unknown): Failure {
    return new Failure(
      "environment/library-invalid",
      `failed to read library "${this.path}": ${messageOf(cause)}`,
      { cause },
    );
  }
}

function wholeFile(path: string, size: number): BlobLocation {
  return { path, offset: 0, size, packing: "none", unpackedSize: size };
}

async function summarize(path: string, fileName: string): Promise<CatalogSummary | undefined> {
  const name = parseCatalogName(fileName);
  const found = name && await stat(path).catch(() => undefined);
  if (!name || !found?.isFile()) return undefined;
  return { ...name, modified: found.mtime, size: found.size, supported: isSupported(name) };
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return await readFileBytes(path, { limit: Infinity }).catch(() => undefined);
}
