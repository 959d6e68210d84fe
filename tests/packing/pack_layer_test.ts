import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { collect, concat, streamOf } from "../../src/bytes/mod.ts";
import { decompressing, type Packing } from "../../src/compression/mod.ts";
import {
  bytesContent,
  type Content,
  ContentError,
  type DecodedContent,
  type FoundProgram,
  packLayer,
  type StoredBytes,
} from "../../src/packing/mod.ts";
import type { TarEntry } from "../../src/tar/mod.ts";
import { elfOf } from "../support/elf_of.ts";

const GZIP: Packing = { codec: "gzip" };

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "rcc-oci-pack-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Bytes that compress to about half. */
function sample(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = (state >>> 16) & 0x0f;
  }
  return bytes;
}

async function store(folder: string, name: string, blob: Uint8Array): Promise<StoredBytes> {
  const path = join(folder, name);
  await writeFile(path, blob);
  return { path, offset: 0, size: blob.length, packing: "none", unpackedSize: blob.length };
}

function decoded(stored: StoredBytes, bytes: Uint8Array): DecodedContent {
  return {
    kind: "decoded",
    name: "lib/file",
    stored,
    size: bytes.length,
    expected: {
      size: bytes.length,
      check: { algorithm: "sha256", hex: sha256(bytes) },
      decode: true,
    },
  };
}

const BLOCK_BYTES = 512;

/** A layer of these contents, one file each: what each file holds, and the layer as it is packed. */
async function pack(
  contents: readonly Content[],
  { packing = GZIP, onProgram }: {
    packing?: Packing;
    onProgram?: (program: FoundProgram) => void;
  } = {},
): Promise<{ files: readonly Uint8Array[]; packed: Uint8Array }> {
  const chunks: Uint8Array[] = [];
  const owner = { uid: 0, gid: 0 };
  const entries = contents.map((content, i): TarEntry<Content> => (
    { type: "file", path: `file-${i}`, owner, mode: 0o644, mtime: 0, content }
  ));
  const measured = await packLayer(() => entries, {
    packing,
    sink: { write: (bytes) => void chunks.push(new Uint8Array(bytes)) },
    onProgram,
  });
  const packed = concat(chunks);
  const tar = new Uint8Array(
    await collect(decompressing(packing.codec, streamOf(packed)), Infinity),
  );
  assert.deepEqual(measured, { size: tar.length, sha256: sha256(tar) });
  let offset = 0;
  const files = contents.map(({ size }) => {
    const start = offset + BLOCK_BYTES;
    offset = start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    return tar.slice(start, start + size);
  });
  assert.equal(tar.length, offset + 2 * BLOCK_BYTES);
  return { files, packed };
}

/** Bytes of files, for comparison. */
function hashes(files: readonly Uint8Array[]): readonly string[] {
  return files.map(sha256);
}

Deno.test("packLayer() gives the tar's bytes, and a gzip of the same", () =>
  inFolder(async (folder) => {
    const small = sample(5_000, 2);
    const large = sample(300_000, 3);
    const contents = [
      decoded(await store(folder, "small", gzipSync(small)), small),
      decoded(await store(folder, "large", gzipSync(large)), large),
      decoded(await store(folder, "raw", small), small),
      decoded(await store(folder, "zstd", zstdCompressSync(large)), large),
    ];
    const { files } = await pack([...contents, bytesContent(sample(1024, 10))]);
    assert.deepEqual(
      hashes(files),
      hashes([small, large, small, large, sample(1024, 10)]),
    );
  }));

Deno.test("packLayer() splices large blobs as they are, and packs small ones anew", () =>
  inFolder(async (folder) => {
    const large = sample(500_000, 4);
    const small = sample(2_000, 5);
    const [largeBlob, smallBlob] = [gzipSync(large, { level: 9 }), gzipSync(small, { level: 9 })];
    const { packed } = await pack([
      decoded(await store(folder, "large", largeBlob), large),
      decoded(await store(folder, "small", smallBlob), small),
    ]);
    assert.ok(Buffer.from(packed).includes(largeBlob));
    assert.ok(!Buffer.from(packed).includes(smallBlob));
    const anew = await pack([decoded(await store(folder, "large", largeBlob), large)], {
      packing: { codec: "gzip", level: 9 },
    });
    assert.ok(!Buffer.from(anew.packed).includes(largeBlob));
  }));

Deno.test("packLayer() splices a blob of several gzip members", () =>
  inFolder(async (folder) => {
    const bytes = sample(400_000, 6);
    const blob = concat([gzipSync(bytes.subarray(0, 150_000)), gzipSync(bytes.subarray(150_000))]);
    const { files, packed } = await pack([decoded(await store(folder, "two", blob), bytes)]);
    assert.deepEqual(hashes(files), [sha256(bytes)]);
    assert.ok(Buffer.from(packed).includes(Buffer.from(blob)));
  }));

Deno.test("packLayer() packs zstd layers, and splices zstd blobs into them", () =>
  inFolder(async (folder) => {
    const bytes = sample(400_000, 7);
    const blob = zstdCompressSync(bytes);
    const { files, packed } = await pack([
      decoded(await store(folder, "zstd", blob), bytes),
      decoded(await store(folder, "gzip", gzipSync(bytes)), bytes),
    ], { packing: { codec: "zstd" } });
    assert.ok(Buffer.from(packed).includes(Buffer.from(blob)));
    assert.deepEqual(hashes(files), hashes([bytes, bytes]));
  }));

Deno.test("packLayer() reads content of more than 8 MiB in steps", () =>
  inFolder(async (folder) => {
    const bytes = sample(20_000_000, 8);
    const patch = {
      offsets: [0, 1_048_570, 19_999_990],
      replaced: new TextEncoder().encode("abcdefghij"),
      bytes: new TextEncoder().encode("ABCDEFGHIJ"),
    };
    for (const offset of patch.offsets) bytes.set(patch.replaced, offset);
    const blob = gzipSync(bytes, { level: 1 });
    const patched = bytes.slice();
    for (const offset of patch.offsets) patched.set(patch.bytes, offset);
    const stored = await store(folder, "large", blob);
    const zipped = deflateRawSync(blob);
    const inZip: StoredBytes = {
      ...await store(folder, "zip", concat([sample(100), zipped])),
      offset: 100,
      size: zipped.length,
      packing: "deflate",
      unpackedSize: blob.length,
    };
    const { files } = await pack([
      decoded(stored, bytes),
      { ...decoded(stored, bytes), patch },
      decoded(inZip, bytes),
    ]);
    assert.deepEqual(hashes(files), hashes([bytes, patched, bytes]));
  }));

Deno.test("packLayer() patches content wherever its chunks end", () =>
  inFolder(async (folder) => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 30, maxLength: 2000 }),
        fc.uint8Array({ minLength: 1, maxLength: 24 }),
        fc.nat(),
        async (bytes, replacement, at) => {
          const offset = at % (bytes.length - replacement.length + 1);
          const expected = bytes.slice();
          expected.set(replacement, offset);
          const content = decoded(await store(folder, "blob", gzipSync(bytes)), bytes);
          const replaced = bytes.slice(offset, offset + replacement.length);
          const { files } = await pack([
            { ...content, patch: { offsets: [offset], replaced, bytes: replacement } },
          ]);
          assert.deepEqual(files, [expected]);
        },
      ),
      { numRuns: 20 },
    );
  }));

for (const size of [3_000, 12_000_000]) {
  Deno.test(`packLayer() patches nothing but what it is to replace, in ${size} bytes`, () =>
    inFolder(async (folder) => {
      const bytes = sample(size, 9);
      const replaced = new TextEncoder().encode("the stage");
      const at = size - 1_000;
      bytes.set(replaced, at);
      const content = decoded(await store(folder, "blob", gzipSync(bytes, { level: 1 })), bytes);
      const patch = { offsets: [at + 1], replaced, bytes: new TextEncoder().encode("the space") };
      await assert.rejects(pack([{ ...content, patch }]), (error) => {
        assert.ok(error instanceof ContentError);
        assert.deepEqual([error.content, error.problem], ["lib/file", "unpatchable"]);
        assert.match(error.message, new RegExp(`expected "the stage" at byte ${at + 1}, found`));
        return true;
      });
    }));
}

for (const size of [0, 9_000_000]) {
  Deno.test(`packLayer() tells of programs in passing, with gaps of ${size} bytes inside`, () =>
    inFolder(async (folder) => {
      const elf = elfOf({
        interpreter: "/lib64/ld-linux-x86-64.so.2",
        needed: ["libc.so.6"],
        versions: { "libc.so.6": ["GLIBC_2.34"] },
        gaps: { names: size, dynamic: size / 4 },
      });
      const script = new TextEncoder().encode("#!/opt/stage/bin/python\n");
      const text = sample(100);
      const patch = {
        offsets: [7],
        replaced: new TextEncoder().encode("stage"),
        bytes: new TextEncoder().encode("space"),
      };
      const found: FoundProgram[] = [];
      const contents = [
        decoded(await store(folder, "elf", gzipSync(elf, { level: 1 })), elf),
        { ...decoded(await store(folder, "script", gzipSync(script)), script), patch },
        decoded(await store(folder, "text", gzipSync(text)), text),
        decoded(await store(folder, "empty", gzipSync("")), new Uint8Array()),
      ];
      await pack(contents, { onProgram: (program) => void found.push(program) });
      assert.deepEqual(found, [
        {
          digest: sha256(elf),
          facts: {
            kind: "elf",
            interpreter: "/lib64/ld-linux-x86-64.so.2",
            needed: ["libc.so.6"],
            rpath: [],
            runpath: [],
            glibc: "2.34",
          },
        },
        {
          digest: sha256(script),
          facts: { kind: "script", interpreter: "/opt/stage/bin/python" },
        },
      ]);
    }));
}

Deno.test("packLayer() keeps stored content as it is", () =>
  inFolder(async (folder) => {
    const bytes = sample(3_000, 11);
    const blob = gzipSync(bytes);
    const stored = await store(folder, "blob", blob);
    const expected = decoded(stored, bytes).expected;
    const content: Content = { kind: "stored", name: "x", stored, size: blob.length, expected };
    const { files } = await pack([content]);
    assert.deepEqual(files, [new Uint8Array(blob)]);
    await assert.rejects(
      pack([{ ...content, expected: { ...expected, size: 2_999 } }]),
      { name: "ContentError", problem: "damaged", content: "x" },
    );
  }));

const SMALL = sample(10_000, 12);
const LARGE = sample(9_000_000, 13);

for (const bytes of [SMALL, LARGE]) {
  const blob = gzipSync(bytes, { level: 1 });
  const flipped = blob.slice();
  flipped[Math.floor(blob.length / 2)]! ^= 1;
  const damaged: Readonly<Record<string, Uint8Array>> = {
    "truncated": blob.subarray(0, blob.length - 10),
    "with a flipped bit": flipped,
    "with zeros behind it": concat([blob, new Uint8Array(12)]),
    "with garbage behind it": concat([blob, sample(12)]),
    "of other content": gzipSync(sample(bytes.length, 99)),
    "of too much content": gzipSync(concat([bytes, sample(1)])),
    "of too little content": gzipSync(bytes.subarray(1)),
    "that is empty": new Uint8Array(),
    "that is not packed and too long": concat([bytes, sample(1)]),
  };
  for (const [what, wrong] of Object.entries(damaged)) {
    Deno.test(`packLayer() refuses a blob of ${bytes.length} bytes ${what}`, () =>
      inFolder(async (folder) => {
        const stored = await store(folder, "blob", wrong);
        await assert.rejects(pack([decoded(stored, bytes)]), (error) => {
          assert.ok(error instanceof ContentError, String(error));
          assert.equal(error.content, "lib/file");
          assert.equal(error.problem, "damaged");
          return true;
        });
      }));
  }
}

Deno.test("packLayer() says that a blob cannot be read when it is gone", () =>
  inFolder(async (folder) => {
    const stored = { ...await store(folder, "blob", SMALL), path: join(folder, "gone") };
    await assert.rejects(pack([decoded(stored, SMALL)]), { problem: "unreadable" });
  }));

Deno.test("packLayer() packs an empty tar to nothing but its end", async () => {
  const { files, packed } = await pack([]);
  assert.deepEqual(files, []);
  assert.deepEqual(gunzipSync(packed), Buffer.alloc(1024));
});
