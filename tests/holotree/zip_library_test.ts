import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BlobReader, BlobWriter, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";
import fc from "fast-check";
import { Failure } from "../../src/failure/mod.ts";
import type { Library } from "../../src/holotree/library.ts";
import { openLibrary } from "../../src/holotree/open_library.ts";
import { readBlob } from "../../src/holotree/read_blob.ts";
import { fixturePath } from "../support/fixtures.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";
import { catalogJson, FILE_NAME, HASH } from "./catalog_of.ts";
import { type ZipFrame, zipOf, type ZipPart } from "./zip_of.ts";

const CONTENT = "hello, library\n".repeat(50);
const DIGEST = createHash("sha256").update(CONTENT).digest("hex");
const BLOB = `library/${DIGEST.slice(0, 2)}/${DIGEST.slice(2, 4)}/${DIGEST.slice(4, 6)}/${DIGEST}`;
const FILE = {
  kind: "file",
  name: "greeting",
  digest: DIGEST,
  size: CONTENT.length,
  mode: 0o644,
  rewrite: [],
} as const;

const PARTS: readonly ZipPart[] = [
  { name: BLOB, content: gzipSync(CONTENT), method: 8 },
  { name: `catalog/${FILE_NAME}`, content: gzipSync(JSON.stringify(catalogJson())) },
];

async function withZip<Result>(
  bytes: Uint8Array,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "hololib.zip");
  await writeFile(path, bytes);
  return await use(path);
}

/** Reads the catalog and the blob that every archive of these tests has. */
async function requireGood(library: Library): Promise<void> {
  deepEqual((await library.catalogs()).map(({ hash }) => hash), [HASH]);
  equal((await library.readCatalog(HASH)).catalog.blueprint, HASH);
  equal(new TextDecoder().decode(await readBlob(library, FILE)), CONTENT);
}

const accept = (parts: readonly ZipPart[], frame?: ZipFrame) =>
  withZip(zipOf(parts, frame), async (path) => await requireGood(await openLibrary(path)));

const refuse = (bytes: Uint8Array, message: RegExp) =>
  withZip(bytes, (path) =>
    rejects(openLibrary(path), (error: Failure) => {
      ok(error instanceof Failure, String(error));
      equal(error.id, "environment/library-invalid");
      match(error.message, message);
      ok(!error.message.includes("\n"));
      return true;
    }));

Deno.test("openLibrary() reads stored and deflated entries, in any order", async () => {
  await accept(PARTS);
  await accept([...PARTS].reverse().map((part) => ({ ...part, method: 8 - (part.method ?? 0) })));
});

Deno.test("openLibrary() reads entries behind headers of any length, and passes over folders", async () => {
  const folders = ["library/", "catalog/", "library/aa/"].map((name) => ({ name }));
  const marked = { madeBy: 3 << 8, attributes: (0o040755 << 16) >>> 0 };
  await accept([
    ...folders.map((folder) => ({ ...folder, ...marked })),
    ...PARTS.map((part) => ({ ...part, headerExtra: 36 })),
  ]);
});

Deno.test("openLibrary() passes over what RCC would not ask for", async () => {
  await accept([
    ...PARTS,
    { name: "README", content: "x", method: 14 },
    { name: "library/x", content: "x" },
    { name: "catalog/compress.no" },
    { name: "\xe4\xff", content: "x" },
  ]);
});

Deno.test("openLibrary() reads zip64", async () => {
  const large = PARTS.map((part) => ({ ...part, zip64: true }));
  await accept(large, { zip64: true });
  await accept(large);
  await accept(PARTS, { zip64: true });
});

Deno.test("openLibrary() reads an archive of 70,000 entries", async () => {
  const more = Array.from({ length: 70_000 }, (_, i) => ({ name: `x/${i}` }));
  await accept([...PARTS, ...more], { zip64: true });
});

Deno.test("openLibrary() reads a comment, even one that looks like an archive's end", async () => {
  await accept(PARTS, { comment: "made by hand" });
  const end = String.fromCharCode(0x50, 0x4b, 5, 6);
  await accept(PARTS, { comment: `${end}${"\0".repeat(40)}` });
  await accept(PARTS, { comment: "x".repeat(65535) });
});

Deno.test("openLibrary() refuses names that leave the archive", async () => {
  const names = [
    "../x",
    "a/../b",
    "a/..",
    "./a",
    "/etc/passwd",
    "//a",
    "a//b",
    "C:/x",
    "c:x",
    "a\\b",
    "..\\x",
    "a\0b",
    "",
    "/",
  ];
  for (const name of names) {
    await refuse(zipOf([...PARTS, { name }]), /expected names inside of the zip archive, found/);
  }
});

Deno.test("openLibrary() refuses a name that is there twice", async () => {
  await refuse(zipOf([...PARTS, PARTS[0]!]), /expected each name once, found ".*" twice/);
  await refuse(zipOf([...PARTS, { name: "x" }, { name: "x" }]), /found "x" twice/);
});

Deno.test("openLibrary() refuses symlinks and devices", async () => {
  for (const type of [0o120000, 0o020000, 0o060000, 0o010000, 0o140000]) {
    for (const system of [3, 19]) {
      const odd = { madeBy: system << 8, attributes: ((type | 0o777) << 16) >>> 0 };
      await refuse(zipOf([...PARTS, { name: "x", ...odd }]), /found "x" as something else/);
    }
  }
  const plain = { madeBy: 3 << 8, attributes: (0o100644 << 16) >>> 0 };
  await accept(PARTS.map((part) => ({ ...part, ...plain })));
});

Deno.test("openLibrary() refuses encrypted entries, as the list or the header says", async () => {
  for (const flags of [0x1, 0x40, 0x2000]) {
    await refuse(zipOf([...PARTS, { name: "x", flags }]), /without encryption, found "x"/);
    const hidden = { name: "x", headerFlags: flags };
    await refuse(zipOf([...PARTS, hidden]), /without encryption, found "x"/);
  }
});

Deno.test("openLibrary() refuses entries that lie over one another", async () => {
  const overlapping = /expected entries apart, found|expected the header of|found a part of one/;
  await refuse(zipOf([...PARTS, { name: "x", headerOffset: 0 }]), overlapping);
  await refuse(zipOf([{ ...PARTS[0]!, size: 200, unpackedSize: 300 }, PARTS[1]!]), overlapping);
  await refuse(zipOf([...PARTS, { name: "x", size: 9, unpackedSize: 9 }]), overlapping);
  const outside = { name: "x", headerOffset: 2 ** 31 };
  await refuse(zipOf([...PARTS, outside]), overlapping);
});

Deno.test("openLibrary() refuses sizes that cannot be", async () => {
  const impossible = /expected a size that can be, found/;
  await refuse(zipOf([...PARTS, { name: "x", content: "12345", unpackedSize: 6 }]), impossible);
  const bomb = { name: "x", content: "x".repeat(100), method: 8, unpackedSize: 2 ** 31 };
  await refuse(zipOf([...PARTS, bomb]), impossible);
});

Deno.test("openLibrary() reads what zeros are packed to at most", async () => {
  const zeros = new Uint8Array(50_000_000);
  await accept([...PARTS, { name: "zeros", content: zeros, method: 8 }]);
});

Deno.test("openLibrary() refuses numbers that no file reaches", async () => {
  const huge = { name: "x", zip64: true, headerOffset: 2 ** 60 };
  await refuse(zipOf([...PARTS, huge]), /expected a place in a zip archive/);
});

Deno.test("openLibrary() refuses another packing for what it would read", async () => {
  for (const part of PARTS) {
    const others = PARTS.filter((other) => other !== part);
    await refuse(zipOf([...others, { ...part, method: 14 }]), /expected deflate, found another/);
  }
});

Deno.test("openLibrary() refuses headers that contradict the list", async () => {
  const [blob, ...others] = PARTS as [ZipPart, ZipPart];
  for (const lie of [{ headerName: `${BLOB.slice(0, -1)}x` }, { headerMethod: 0 }]) {
    await refuse(zipOf([{ ...blob, ...lie }, ...others]), /expected the header of/);
  }
});

Deno.test("openLibrary() refuses an archive that is cut off anywhere", async () => {
  const whole = zipOf(PARTS, { comment: "the end" });
  for (let size = 0; size < whole.length; size++) {
    await refuse(whole.subarray(0, size), /failed to open library/);
  }
});

Deno.test("openLibrary() refuses archives with a gap before their end, and in parts", async () => {
  await refuse(zipOf(PARTS, { beforeEnd: new Uint8Array(3) }), /found a gap/);
  await refuse(zipOf(PARTS, { end: { offset: 0 } }), /found a gap/);
  await refuse(zipOf(PARTS, { end: { disk: 1 } }), /found a part of one/);
  await refuse(zipOf(PARTS, { end: { entries: 3 } }), /expected the list/);
  await refuse(zipOf(PARTS, { end: { entries: 1 } }), /expected 1 entries .* found more/);
});

Deno.test("openLibrary() refuses an archive whose two ends contradict each other", async () => {
  const bytes = zipOf(PARTS, { zip64: true });
  // How many entries the small one has.
  bytes[bytes.length - 22 + 8] = 1;
  bytes[bytes.length - 22 + 9] = 0;
  bytes[bytes.length - 22 + 10] = 1;
  bytes[bytes.length - 22 + 11] = 0;
  await refuse(bytes, /expected both ends of a zip archive to agree/);
});

Deno.test("openLibrary() refuses damaged archives or opens them, and never fails otherwise", async () => {
  const whole = new Uint8Array(await readFile(fixturePath("tiny", "hololib.zip")));
  await using folder = await temporaryFolder();
  const path = join(folder.path, "hololib.zip");
  const damage = fc.tuple(fc.integer({ min: 45_000, max: whole.length - 1 }), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 5 }), async (damages) => {
      const damaged = whole.slice();
      for (const [offset, byte] of damages) damaged[offset] = byte;
      await writeFile(path, damaged);
      await openLibrary(path).catch((error) => ok(error instanceof Failure, String(error)));
    }),
  );
});

Deno.test("openLibrary() reads what another writer made, with and without zip64", async () => {
  for (const zip64 of [false, true]) {
    const writer = new ZipWriter(new BlobWriter(), { zip64, useWebWorkers: false });
    for (const { name, content } of PARTS) {
      await writer.add(name, new Uint8ArrayReader(content as Uint8Array));
    }
    await writer.add("empty/", new BlobReader(new Blob()), { directory: true });
    const bytes = new Uint8Array(await (await writer.close()).arrayBuffer());
    await withZip(bytes, async (path) => await requireGood(await openLibrary(path)));
  }
});

toolTest(
  { name: "openLibrary() reads what zip writes, but no symlinks and secrets", needs: ["zip"] },
  async () => {
    await using folder = await temporaryFolder();
    for (const { name, content } of PARTS) {
      await mkdir(join(folder.path, name, ".."), { recursive: true });
      await writeFile(join(folder.path, name), content as Uint8Array);
    }
    const zip = async (...options: readonly string[]) => {
      await run("zip", ["-q", "-r", ...options, "catalog", "library"], { cwd: folder.path });
      return join(folder.path, options.at(-1)!);
    };
    await requireGood(await openLibrary(await zip("packed.zip")));
    await requireGood(await openLibrary(await zip("-0", "stored.zip")));
    await requireGood(await openLibrary(await zip("-fz", "large.zip")));
    const secret = await zip("-P", "secret", "secret.zip");
    await rejects(openLibrary(secret), { id: "environment/library-invalid" });
    await symlink("/etc/passwd", join(folder.path, "library", "link"));
    await rejects(openLibrary(await zip("-y", "link.zip")), { id: "environment/library-invalid" });
  },
);
