/** Readers of archives and documents, and the writer of tar. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { LayerStack } from "../../src/base/read_tree.ts";
import { collect, concat, streamOf } from "../../src/bytes/mod.ts";
import { Failure, Failures } from "../../src/failure/mod.ts";
import { parseCatalog } from "../../src/holotree/parse_catalog.ts";
import { openLibrary } from "../../src/holotree/mod.ts";
import { parseImageConfig, parseManifest } from "../../src/oci/mod.ts";
import { readTar, type TarEntry, tarSegments } from "../../src/tar/mod.ts";
import { paxText } from "../../src/tar/pax.ts";
import { parsePax } from "../../src/tar/reader_pax.ts";
import { applyLayer, listModel, type Model, type Step, STEPS } from "../base/layer_model.ts";
import { listTree } from "../base/images.ts";
import { fixturePath, TINY_HASH } from "../support/fixtures.ts";
import { pax, rawTar } from "../tar/raw_tar.ts";
import { bytesOf, damaged, wordsOf } from "./inputs.ts";
import type { FuzzSuite } from "./suite.ts";

const REFUSALS = [SyntaxError, RangeError, Failure, Failures];

async function readOrRefuse(read: () => Promise<unknown> | unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!REFUSALS.some((refusal) => error instanceof refusal)) throw error;
    assert.ok((error as Error).message.length < 100_000);
  }
}

const ARCHIVE = rawTar(
  { name: "usr/", typeflag: "5" },
  { name: "usr/file", content: "content" },
  pax({ path: "é/" + "x".repeat(120), size: "3", mtime: "1.5", "SCHILY.xattr.user.a": "b" }),
  { name: "short", content: "abc" },
  { name: "link", typeflag: "2", linkname: "usr/file" },
  { name: "hard", typeflag: "1", linkname: "usr/file" },
  { name: "././@LongLink", typeflag: "L", content: "y".repeat(150) + "\0" },
  { name: "y", content: "" },
  { name: "usr/.wh.file" },
  { name: "usr/.wh..wh..opq" },
);

export const tarReader: FuzzSuite<Uint8Array> = {
  name: "tar-reader",
  inputs: damaged(ARCHIVE, rawTar({ name: "a", content: "b" })),
  async check(input) {
    await readOrRefuse(async () => {
      for await (const member of readTar(streamOf(input))) {
        assert.doesNotMatch(`/${member.path}/`, /\/\.\.\//);
        assert.doesNotMatch(member.path, /^\/|\0/);
        if (member.type === "file") await collect(member.content, input.length);
      }
    });
  },
};

const NAME = fc.oneof(
  fc.string({ minLength: 1, maxLength: 120, unit: "grapheme" }),
  fc.constantFrom("é", "usr", "a b", ".x", "-rf", "\x1b[0m"),
).filter((text) => !/[/\0]/.test(text) && text !== "." && text !== ".." && text.isWellFormed());
const PATH = fc.array(NAME, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));
const COMMON = {
  path: PATH,
  owner: fc.record({ uid: fc.nat(5_000_000), gid: fc.nat(5_000_000) }),
  mtime: fc.integer({ min: 0, max: 2 ** 36 }),
};

type Entry = TarEntry<{ size: number; bytes: Uint8Array }>;

/** Entries that the writer is given. */
export const ENTRIES: fc.Arbitrary<readonly Entry[]> = fc.uniqueArray(
  fc.oneof(
    fc.record({
      type: fc.constant("file" as const),
      ...COMMON,
      mode: fc.nat(0o7777),
      content: fc.uint8Array({ maxLength: 1200 }).map((bytes) => ({ size: bytes.length, bytes })),
    }),
    fc.record({ type: fc.constant("directory" as const), ...COMMON, mode: fc.nat(0o7777) }),
    fc.record({ type: fc.constant("symlink" as const), ...COMMON, target: PATH }),
  ),
  { selector: ({ path }) => path, maxLength: 6 },
);

export function writeTar(entries: readonly Entry[]): Uint8Array {
  return concat(
    [...tarSegments(entries)].map((part) => part instanceof Uint8Array ? part : part.bytes),
  );
}

export const tarWriter: FuzzSuite<readonly Entry[]> = {
  name: "tar-writer",
  inputs: ENTRIES,
  async check(entries) {
    let index = 0;
    for await (const member of readTar(streamOf(writeTar(entries)), { requireEnd: true })) {
      const entry = entries[index++]!;
      assert.deepEqual(
        [member.type, member.path, member.mtime],
        [entry.type, entry.path, entry.mtime],
      );
      if (member.type === "symlink" && entry.type === "symlink") {
        assert.equal(member.target, entry.target);
      }
      if (member.type === "file" && entry.type === "file") {
        assert.deepEqual(await collect(member.content, 1200), entry.content.bytes);
      }
    }
    assert.equal(index, entries.length);
  },
};

const RECORDS = new TextEncoder().encode(
  paxText(new Map([["path", "é/a"], ["size", "99999999999"], ["mtime", "1700000000.5"]])).text,
);

export const paxRecords: FuzzSuite<Uint8Array> = {
  name: "pax",
  inputs: fc.oneof(
    damaged(RECORDS),
    wordsOf("6 a=b\n", "12 path=abc\n", " ", "=", "\n", "0", "9007199254740993", "-"),
  ),
  async check(input) {
    await readOrRefuse(() => {
      const records = parsePax(input);
      for (const [key, value] of records) assert.ok(key !== "" && typeof value === "string");
    });
  },
};

const zipFile = (() => {
  const folder = mkdtempSync(join(tmpdir(), "rcc-oci-fuzz-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "hololib.zip");
})();

/** The list of an archive stands at its end, where changes tell. */
const ZIP = new Uint8Array(readFileSync(fixturePath("tiny", "hololib.zip")));
const LIST_START = 45_000;

export const zips: FuzzSuite<Uint8Array> = {
  name: "zip",
  inputs: damaged(ZIP.subarray(LIST_START)).map((list) =>
    concat([ZIP.subarray(0, LIST_START), list])
  ),
  async check(input) {
    await writeFile(zipFile, input);
    await readOrRefuse(async () => {
      const library = await openLibrary(zipFile);
      assert.ok((await library.catalogs()).length < 1000);
      await library.readCatalog(TINY_HASH);
    });
  },
};

const CATALOG_NAME = `${TINY_HASH}v12.linux_amd64`;
const CATALOG = new Uint8Array(
  gunzipSync(readFileSync(fixturePath("tiny", "space.meta.json.gz"))),
);

export const catalogs: FuzzSuite<Uint8Array> = {
  name: "catalogs",
  inputs: damaged(CATALOG),
  async check(input) {
    await readOrRefuse(() => parseCatalog(input, CATALOG_NAME));
  },
};

const DIGEST = `sha256:${"0a".repeat(32)}`;
const LAYER = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: DIGEST, size: 7 };
const MANIFEST = {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: DIGEST, size: 9 },
  layers: [LAYER],
  annotations: { a: "b" },
};
const CONFIG = {
  os: "linux",
  architecture: "amd64",
  config: { Env: ["A=b"], Cmd: null, Volumes: { "/data": {} }, User: "0:0", Labels: { x: "y" } },
  rootfs: { type: "layers", diff_ids: [DIGEST] },
  history: [{ created: "2020-01-01T00:00:00Z", empty_layer: true }],
};

export const documents: FuzzSuite<Uint8Array> = {
  name: "manifests-and-configs",
  inputs: damaged(bytesOf(JSON.stringify(MANIFEST)), bytesOf(JSON.stringify(CONFIG))),
  async check(input) {
    await readOrRefuse(() => parseManifest(input));
    await readOrRefuse(() => parseImageConfig(input));
  },
};

export const whiteouts: FuzzSuite<readonly (readonly Step[])[]> = {
  name: "whiteouts",
  inputs: STEPS,
  async check(steps) {
    const model: Model = new Map();
    const stack = new LayerStack();
    for (const layer of steps) {
      await stack.add(readTar(streamOf(rawTar(...applyLayer(model, layer)))));
    }
    assert.deepEqual([...listTree(stack.tree)].sort(), listModel(model));
  },
};
