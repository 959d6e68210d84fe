import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { cp, mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Failure } from "../../src/failure/mod.ts";
import { childrenOf, FOLDER } from "../../src/holotree/catalog_tree.ts";
import { chooseCatalog } from "../../src/holotree/choose_catalog.ts";
import { infoOf } from "../../src/holotree/encode_catalog.ts";
import type { Library } from "../../src/holotree/library.ts";
import { locateBlobs } from "../../src/holotree/locate_blobs.ts";
import { openLibrary } from "../../src/holotree/open_library.ts";
import { readBlob } from "../../src/holotree/read_blob.ts";
import { fileRecord, findFile } from "../../src/holotree/file_record.ts";
import { walkCatalog } from "../../src/holotree/walk_catalog.ts";
import {
  fixturePath,
  largeFixturePath,
  readSpaceMeta,
  TINY_HASH,
  unpackLibrary,
} from "../support/fixtures.ts";
import { makePipe } from "../support/pipe.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { catalogJson, fileJson, HASH } from "./catalog_of.ts";
import { testOn, toolTest } from "../support/tools.ts";

const TINY_ZIP = fixturePath("tiny", "hololib.zip");
const ABSENT = "0".repeat(64);

/** Reads every file of the environment, each compared with its digest. */
async function readAll(library: Library, hash: string): Promise<number> {
  const { catalog } = await library.readCatalog(hash);
  let files = 0;
  for (const { node, kind, symlink } of walkCatalog(catalog)) {
    if (kind !== "file" || symlink !== undefined) continue;
    const file = fileRecord(catalog, node);
    equal((await readBlob(library, file)).length, file.size);
    files++;
  }
  return files;
}

Deno.test("openLibrary() opens a zip that RCC exported", async () => {
  const library = await openLibrary(TINY_ZIP);
  equal(library.kind, "zip");
  deepEqual(await library.catalogs(), [{
    hash: TINY_HASH,
    version: 12,
    platform: "linux_amd64",
    modified: undefined,
    size: 2817,
    supported: true,
  }]);
  equal(await readAll(library, TINY_HASH), 22);
  const { catalog, info } = await library.readCatalog(TINY_HASH);
  equal(info, undefined);
  equal(
    new TextDecoder().decode(infoOf(catalog, catalog)),
    await readFile(fixturePath("tiny", `${TINY_HASH}v12.linux_amd64.info`), "utf8"),
  );
});

for (const fixture of ["tiny-nocompress", "tiny-shared"] as const) {
  Deno.test(`openLibrary() opens the library folder of ${fixture}`, async () => {
    await using folder = await unpackLibrary(fixture);
    const library = await openLibrary(folder.path);
    equal(library.kind, "folder");
    const [summary, ...others] = await library.catalogs();
    deepEqual(others, []);
    ok(summary?.modified instanceof Date);
    equal(summary.hash, TINY_HASH);
    equal(await readAll(library, TINY_HASH), 22);
    const { catalog, bytes, info } = await library.readCatalog(TINY_HASH);
    const file = join(folder.path, "catalog", `${TINY_HASH}v12.linux_amd64`);
    deepEqual(new Uint8Array(await readFile(file)), bytes);
    deepEqual(new Uint8Array(await readFile(`${file}.info`)), new Uint8Array(info!));
    deepEqual(infoOf(catalog, catalog), new Uint8Array(info!));
    equal(catalog.blobMode, fixture === "tiny-nocompress" ? "raw" : "compressed");
    const space = JSON.parse(new TextDecoder().decode(await readSpaceMeta(fixture)));
    const top = childrenOf(catalog.tree, 0).filter((node) =>
      catalog.tree.contents[node] === FOLDER
    );
    equal(top.toArray().length, Object.keys(space.tree.subdirs).length);
  });
}

toolTest({
  name:
    "openLibrary() opens the library of a whole Python, and all its files are what they must be",
  needs: [],
  on: ["large fixtures"],
}, async () => {
  const library = await openLibrary(largeFixturePath("python", "hololib.zip")!);
  const { hash } = await chooseCatalog(library, {});
  const { catalog } = await library.readCatalog(hash);
  const { blobs, missing } = await locateBlobs(library, catalog);
  deepEqual(missing, []);
  equal([...blobs.sizes()].length, 1644);
  ok(await readAll(library, hash) > 1700);
});

Deno.test("locate() gives plain data, that of a zip with its packing", async () => {
  const zip = await openLibrary(TINY_ZIP);
  const { catalog } = await zip.readCatalog(TINY_HASH);
  const { digest } = findFile(catalog, "identity.yaml")!;
  const inZip = zip.locate(digest)!;
  deepEqual(structuredClone(inZip), inZip);
  deepEqual({ ...inZip, offset: 0 }, {
    path: TINY_ZIP,
    offset: 0,
    size: 80,
    packing: "deflate",
    unpackedSize: 79,
  });
  await using folder = await unpackLibrary("tiny-shared");
  const inFolder = (await openLibrary(folder.path)).locate(digest);
  deepEqual(inFolder, {
    path: join(folder.path, "library", "46", "db", "c1", digest),
    offset: 0,
    size: 79,
    packing: "none",
    unpackedSize: 79,
  });
});

Deno.test("locate() knows no blob that is not there, and none that is a folder", async () => {
  await using folder = await unpackLibrary("tiny-shared");
  await mkdir(join(folder.path, "library", "00", "00", "00", ABSENT), { recursive: true });
  for (const path of [TINY_ZIP, folder.path]) {
    const library = await openLibrary(path);
    equal(library.locate(ABSENT), undefined);
    equal(library.locate("1".repeat(64)), undefined);
  }
});

Deno.test("locateBlobs() finds all content, and says what is missing by its path", async () => {
  await using folder = await unpackLibrary("tiny-shared");
  const library = await openLibrary(folder.path);
  const { catalog } = await library.readCatalog(TINY_HASH);
  const all = (await locateBlobs(library, catalog)).blobs;
  equal([...all.sizes()].length, 21);
  const { digest, size } = findFile(catalog, "bin/hello")!;
  await rm(library.locate(digest)!.path);
  const { blobs, missing } = await locateBlobs(library, catalog);
  const content = catalog.contents.find(digest)!;
  deepEqual(missing.map(({ node: _, ...rest }) => rest), [
    { content, digest, path: "bin/hello", size },
  ]);
  deepEqual([blobs.has(content), [...blobs.sizes()].length], [false, 20]);
});

Deno.test("readBlob() refuses damaged and missing content, and content that is too large", async () => {
  await using folder = await unpackLibrary("tiny-shared");
  const library = await openLibrary(folder.path);
  const { catalog } = await library.readCatalog(TINY_HASH);
  const file = findFile(catalog, "identity.yaml")!;
  const { path, size } = library.locate(file.digest)!;
  await rejects(readBlob(library, file, { limit: file.size - 1 }), RangeError);
  const refused = { id: "environment/blob-invalid" };
  const content = new TextEncoder().encode("x".repeat(file.size));
  for (const blob of [content, gzipSync(content), gzipSync("short"), new Uint8Array()]) {
    await writeFile(path, blob);
    await rejects(readBlob(library, file), refused);
  }
  await truncate(path, size - 1);
  await rejects(readBlob(library, file), refused);
  await rm(path);
  await rejects(readBlob(library, file), { id: "environment/blob-missing" });
});

Deno.test("readBlob() reads raw and zstd blobs among compressed ones", async () => {
  await using folder = await unpackLibrary("tiny-shared");
  const library = await openLibrary(folder.path);
  const { catalog } = await library.readCatalog(TINY_HASH);
  const file = findFile(catalog, "identity.yaml")!;
  const content = await readBlob(library, file);
  for (const blob of [content, zstdCompressSync(content), gzipSync(content, { level: 9 })]) {
    await writeFile(library.locate(file.digest)!.path, blob);
    deepEqual(new Uint8Array(await readBlob(library, file)), new Uint8Array(content));
  }
});

Deno.test("readBlob() undoes nothing in a raw library, whatever content begins with", async () => {
  await using folder = await unpackLibrary("tiny-nocompress");
  const library = await openLibrary(folder.path);
  const { catalog } = await library.readCatalog(TINY_HASH);
  const file = findFile(catalog, "identity.yaml")!;
  await writeFile(library.locate(file.digest)!.path, gzipSync(await readBlob(library, file)));
  await rejects(readBlob(library, file), { id: "environment/blob-invalid" });
});

Deno.test("catalogs() lists other formats and platforms as unsupported, and nothing else", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "library"));
  await mkdir(join(folder.path, "catalog", "init"), { recursive: true });
  await mkdir(join(folder.path, "catalog", `${"f".repeat(16)}v12.linux_amd64`));
  const names = ["v12.linux_amd64", "v11.linux_amd64", "v13.linux_amd64", "v12.windows_amd64"];
  const others = ["v12.linux_amd64.info", "v12", "", "v12.linux_amd64.part7", "v.linux_amd64"];
  for (const name of [...names, ...others]) {
    await writeFile(join(folder.path, "catalog", HASH + name), "x");
  }
  await writeFile(join(folder.path, "catalog", "compress.no"), "");
  const library = await openLibrary(folder.path);
  const found = (await library.catalogs()).map(({ hash, version, platform, supported }) =>
    [hash, `v${version}.${platform}`, supported] as const
  );
  deepEqual(found, [...names].sort().map((name) => [HASH, name, name === names[0]]));
});

Deno.test("readCatalog() refuses what is no gzip, damaged gzip, and what the name does not say", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["catalog", "library"]) await mkdir(join(folder.path, name));
  const library = await openLibrary(folder.path);
  const file = join(folder.path, "catalog", `${HASH}v12.linux_amd64`);
  const json = JSON.stringify(catalogJson({ files: { f: fileJson("f") } }));
  await writeFile(file, gzipSync(json));
  equal((await library.readCatalog(HASH)).catalog.tree.names.count, 2);
  const bad = [
    "",
    json,
    zstdCompressSync(json),
    gzipSync(json).subarray(0, -5),
    Uint8Array.from([...gzipSync(json), 0]),
    gzipSync("{"),
    gzipSync(JSON.stringify(catalogJson({ blueprint: TINY_HASH }))),
  ];
  for (const bytes of bad) {
    await writeFile(file, bytes);
    await rejects(library.readCatalog(HASH), { id: "environment/catalog-invalid" });
  }
});

Deno.test("readCatalog() says what is there when it has no such catalog", async () => {
  await using folder = await unpackLibrary("tiny-shared");
  for (const path of [TINY_ZIP, folder.path]) {
    const library = await openLibrary(path);
    await rejects(library.readCatalog(HASH), (error: Failure) => {
      equal(error.id, "environment/catalog-not-found");
      match(error.message, new RegExp(`failed to find environment "${HASH}".*found ${TINY_HASH}`));
      return true;
    });
  }
});

Deno.test("openLibrary() says what it expects where there is no library", async () => {
  await using folder = await temporaryFolder();
  await rejects(openLibrary(join(folder.path, "none")), { id: "environment/library-not-found" });
  await rejects(openLibrary(join(TINY_ZIP, "none")), { id: "environment/library-not-found" });
  await rejects(openLibrary(folder.path), { id: "environment/library-invalid" });
  await rejects(openLibrary(fixturePath("README.md")), { id: "environment/library-invalid" });
});

Deno.test("openLibrary() names the library inside of a folder that is none", async () => {
  await using folder = await temporaryFolder();
  await using unpacked = await unpackLibrary("tiny-nocompress");
  await cp(unpacked.path, join(folder.path, "hololib"), { recursive: true });
  await rejects(openLibrary(folder.path), (error: Failure) => {
    ok(error.message.endsWith(`; there is one in "${join(folder.path, "hololib")}"`));
    return true;
  });
});

Deno.test("openLibrary() stops when it is told to", async () => {
  await rejects(openLibrary(TINY_ZIP, { signal: AbortSignal.abort(new Error("stopped")) }), {
    message: "stopped",
  });
});

Deno.test({
  ...testOn(
    "openLibrary() refuses a library that is a pipe, and waits for no writer",
    "no Windows",
  ),
  async fn() {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "hololib.zip");
    await makePipe(path);
    await rejects(openLibrary(path), /: it is no file, name a folder or a hololib.zip$/);
  },
});
