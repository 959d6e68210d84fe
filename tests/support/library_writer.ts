import { createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Writable } from "node:stream";
import { gzipSync } from "node:zlib";
import { Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";
import { blobPath } from "../../src/holotree/blob.ts";
import { blueprintHash } from "../../src/holotree/blueprint.ts";
import type { Catalog } from "../../src/holotree/catalog.ts";
import { catalogFileName } from "../../src/holotree/catalog_name.ts";
import { infoOf } from "../../src/holotree/encode_catalog.ts";
import { homeIdentity, stageName } from "../../src/holotree/names.ts";
import { openLibrary } from "../../src/holotree/open_library.ts";
import { catalogDigests, walkCatalog } from "../../src/holotree/walk_catalog.ts";
import { metaOf } from "../holotree/catalog_of.ts";
import { liftFolder } from "./lift_folder.ts";

/**
 * With it blobs are nearest to RCC's own in size: 4 % smaller for the Python fixture, where the next
 * lower level is 16 % larger.
 */
const BLOB_LEVEL = 2;

/** What {@linkcode writeLibrary} records, and how. */
export interface WriteLibraryOptions {
  /** The folder of an environment. Where it was built its files name it `stagePath`. */
  readonly from: string;
  /** The library's folder: the `hololib` of a ROBOCORP_HOME, or `lib` in shared mode. */
  readonly to: string;
  /** The value of `HOME` of whoever records. */
  readonly home: string;
  readonly blueprint: string;
  /** `raw` is a private one with `compress.no`. */
  readonly mode: "private" | "shared" | "raw";
  /** `v18.18.1` when it is not given. */
  readonly rccVersion?: string;
}

/** What was recorded. */
export interface WrittenLibrary {
  /** Of the blueprint. */
  readonly hash: string;
  readonly catalog: Catalog;
}

/**
 * Records a folder as RCC records an environment that it has built. As RCC does, it puts the
 * blueprint into the folder as identity.yaml.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/htfs/library.go (`Record`)
 */
export async function writeLibrary(options: WriteLibraryOptions): Promise<WrittenLibrary> {
  const { from, to, home, blueprint, mode, rccVersion = "v18.18.1" } = options;
  await writeFile(join(from, "identity.yaml"), blueprint, { mode: 0o644 });
  const path = stagePath({ home, mode });
  const blobMode = mode === "raw" ? "raw" : "compressed";
  const hash = blueprintHash(blueprint);
  const catalog: Catalog = {
    rcc: rccVersion,
    identity: stageName(home),
    path,
    controller: "",
    space: "",
    platform: "linux_amd64",
    blueprint: hash,
    lifted: true,
    ...await liftFolder(from, { stagePath: path, blobMode }),
    blobMode,
  };
  for (const name of ["catalog", "library", "pids", "used"]) {
    await mkdir(join(to, name), { recursive: true });
  }
  const file = join(to, "catalog", catalogFileName(hash));
  await writeFile(file, gzipSync(metaOf(catalog, catalog), { level: BLOB_LEVEL }));
  await writeFile(`${file}.info`, infoOf(catalog, catalog));
  if (mode === "raw") await writeFile(join(to, "catalog", "compress.no"), "");
  if (mode === "shared") {
    await mkdir(join(to, "catalog", "init"), { recursive: true });
    await writeFile(join(to, "catalog", "init", homeIdentity(home)), "");
  }
  for (const [digest, source] of blobsOf(catalog, from)) {
    await writeBlob(join(to, blobPath(digest)), await readFile(source), blobMode === "raw");
  }
  return { hash, catalog };
}

/** Where RCC builds the environments of a home: the path that their files have inside. */
export function stagePath({ home, mode }: Pick<WriteLibraryOptions, "home" | "mode">): string {
  const holotree = mode === "shared" ? "/opt/robocorp/ht" : `${home}/.robocorp/holotree`;
  return `${holotree}/${stageName(home)}`;
}

/** What {@linkcode writeHololibZip} exports. */
export interface WriteHololibZipOptions {
  /** The library's folder. */
  readonly library: string;
  /** The hash of the catalog. */
  readonly catalog: string;
  /** The archive's file. */
  readonly to: string;
}

/** Exports one catalog of a library as `rcc holotree export` does. */
export async function writeHololibZip(
  { library: path, catalog: hash, to }: WriteHololibZipOptions,
): Promise<void> {
  const library = await openLibrary(path);
  const { catalog, bytes } = await library.readCatalog(hash);
  const zip = new ZipWriter(Writable.toWeb(createWriteStream(to)), {
    dataDescriptor: true,
    extendedTimestamp: false,
    lastModDate: new Date(1980, 0),
    useWebWorkers: false,
  });
  for (const { digest } of catalogDigests(catalog)) {
    const blob = await readFile(library.locate(digest)!.path);
    await zip.add(blobPath(digest), new Uint8ArrayReader(new Uint8Array(blob)));
  }
  await zip.add(`catalog/${catalogFileName(hash)}`, new Uint8ArrayReader(bytes));
  await zip.close();
}

/** A file with the content of each blob. What is linked or lies behind a link gets none, as with RCC. */
function* blobsOf(catalog: Catalog, path: string): Generator<readonly [string, string]> {
  for (const entry of walkCatalog(catalog)) {
    if (entry.kind !== "file" || entry.symlink !== undefined) continue;
    yield [catalog.contents.digestOf(entry.content), join(path, entry.path)];
  }
}

async function writeBlob(path: string, content: Uint8Array, isRaw: boolean): Promise<void> {
  if (existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, isRaw ? content : gzipSync(content, { level: BLOB_LEVEL }));
}
