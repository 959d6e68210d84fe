import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  ContentError,
  type EnvironmentLayer,
  LayerWriteError,
  NODE_KINDS,
  type PackedLayer,
  Packer,
} from "../../src/packing/mod.ts";
import { readTar } from "../../src/tar/mod.ts";
import { streamOf } from "../../src/bytes/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

interface LayerFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode?: number;
  readonly rewrite?: readonly number[];
}

const NAMES = {
  replaced: new TextEncoder().encode("stage"),
  bytes: new TextEncoder().encode("space"),
};

/** A layer of files whose blobs lie in the folder, gzip as RCC writes it. */
async function layerOf(
  folder: string,
  files: readonly LayerFile[],
): Promise<EnvironmentLayer> {
  const blobs = new Map<string, { readonly file: LayerFile; readonly blob: Uint8Array }>();
  for (const file of files) {
    const digest = createHash("sha256").update(file.bytes).digest("hex");
    blobs.set(digest, { file, blob: gzipSync(file.bytes, { level: 1 }) });
  }
  const digests = [...blobs.keys()];
  for (const digest of digests) await writeFile(join(folder, digest), blobs.get(digest)!.blob);
  const sizes = Float64Array.from(digests, (digest) => blobs.get(digest)!.blob.length);
  return {
    above: [],
    owner: { uid: 1000, gid: 1000 },
    folderMode: 0o750,
    root: "space",
    library: { path: "hololib", folderMode: 0o750 },
    nodes: {
      paths: ["space", ...files.map(({ path }) => `space/${path}`)],
      kinds: Uint8Array.from([NODE_KINDS.folder, ...files.map(() => NODE_KINDS.file)]),
      modes: Uint16Array.from([0, ...files.map(({ mode = 0o644 }) => mode)]),
      contents: Int32Array.from([
        0,
        ...files.map(({ bytes }) =>
          digests.indexOf(createHash("sha256").update(bytes).digest("hex"))
        ),
      ]),
      targets: new Map(),
    },
    contents: {
      check: { algorithm: "sha256" },
      decode: true,
      digests,
      sizes: Float64Array.from(digests, (digest) => blobs.get(digest)!.file.bytes.length),
      rewrites: new Map(
        digests.flatMap((digest, at) => {
          const { rewrite } = blobs.get(digest)!.file;
          return rewrite === undefined ? [] : [[at, rewrite] as const];
        }),
      ),
      files: digests.map((digest) => join(folder, digest)),
      offsets: new Float64Array(digests.length),
      storedSizes: sizes,
      unpackedSizes: sizes,
      isDeflated: new Uint8Array(digests.length),
    },
    names: NAMES,
    others: [],
  };
}

async function pack(
  folder: string,
  layers: readonly EnvironmentLayer[],
  { jobs = 1 }: { readonly jobs?: number } = {},
): Promise<readonly { readonly layer: PackedLayer; readonly bytes: Uint8Array }[]> {
  using packer = new Packer({ packing: { codec: "gzip" }, jobs });
  return await Promise.all(layers.map(async (layer, i) => {
    const path = join(folder, `layer-${i}`);
    await writeFile(path, "");
    return { layer: await packer.pack(layer, { path }), bytes: await readFile(path) };
  }));
}

/** What a packed layer holds, by its paths: what kind, what mode, the content or the target. */
async function list(packed: Uint8Array): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const member of readTar(streamOf(new Uint8Array(gunzipSync(packed))))) {
    const mode = member.type === "symlink" ? "" : member.mode.toString(8);
    if (member.type === "file") {
      let text = "";
      for await (const chunk of member.content) text += Buffer.from(chunk).toString("latin1");
      found[member.path] = `${mode} ${text}`;
    } else if (member.type === "hardlink") found[member.path] = `= ${member.target}`;
    else found[member.path] = `${mode} ${member.type}`;
  }
  return found;
}

function blobPlace(text: string | Uint8Array): string {
  const digest = createHash("sha256").update(text).digest("hex");
  const folders = [digest.slice(0, 2), digest.slice(2, 4), digest.slice(4, 6)];
  return `hololib/library/${folders.join("/")}/${digest}`;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("a layer has each blob behind its file, as a hard link where RCC can read it so", async () => {
  await using folder = await temporaryFolder();
  const gzipped = new Uint8Array(gzipSync("inner"));
  const files: readonly LayerFile[] = [
    { path: "plain", bytes: bytesOf("plain") },
    { path: "same", bytes: bytesOf("plain") },
    { path: "same-but-executable", bytes: bytesOf("plain"), mode: 0o755 },
    { path: "moved", bytes: bytesOf("at stage"), rewrite: [3] },
    { path: "empty", bytes: bytesOf("") },
    { path: "packed.gz", bytes: gzipped },
    { path: "secret", bytes: bytesOf("secret"), mode: 0o000 },
    { path: "write-only", bytes: bytesOf("write-only"), mode: 0o200 },
  ];
  const [{ layer, bytes }] = await pack(folder.path, [await layerOf(folder.path, files)]) as [
    { layer: PackedLayer; bytes: Uint8Array },
  ];
  const found = await list(bytes);
  assert.equal(found["space/plain"], "644 plain");
  assert.equal(found["space/same"], "= space/plain");
  assert.equal(found["space/same-but-executable"], "755 plain");
  assert.equal(found["space/moved"], "644 at space");
  assert.equal(found["space/secret"], "0 secret");
  assert.equal(found[blobPlace("plain")], "= space/plain");
  for (const wrapped of ["at stage", "", gzipped, "secret", "write-only"]) {
    const blob = gzipSync(wrapped, { level: 1 }).toString("latin1");
    assert.equal(found[blobPlace(wrapped)], `644 ${blob}`, String(wrapped));
  }
  const paths = Object.keys(found);
  assert.ok(paths.indexOf(blobPlace("plain")) < paths.indexOf("space/same"));
  assert.equal(layer.packed.sha256, createHash("sha256").update(bytes).digest("hex"));
  assert.equal(layer.tar.sha256, createHash("sha256").update(gunzipSync(bytes)).digest("hex"));
});

/** Layers of files of all sizes. */
async function manyLayers(folder: string): Promise<readonly EnvironmentLayer[]> {
  return await Promise.all(Array.from({ length: 6 }, (_, layer) =>
    layerOf(
      folder,
      Array.from({ length: 12 }, (_, file) => ({
        path: `file-${String(file).padStart(2, "0")}`,
        bytes: new Uint8Array(1 + 9_973 * file * (layer + 1)).map((_, i) => i * (layer + file)),
      })),
    )));
}

for (const jobs of [2, 3, 8]) {
  Deno.test(`layers have the same bytes with ${jobs} workers as with one`, async () => {
    await using folder = await temporaryFolder();
    const layers = await manyLayers(folder.path);
    const one = await pack(folder.path, layers);
    const several = await pack(folder.path, layers, { jobs });
    assert.deepEqual(
      several.map(({ layer }) => layer.packed.sha256),
      one.map(({ layer }) => layer.packed.sha256),
    );
  });
}

Deno.test("a packer names the damaged content, and goes on with another worker", async () => {
  await using folder = await temporaryFolder();
  const good = await layerOf(folder.path, [{ path: "good", bytes: bytesOf("good") }]);
  const bad = await layerOf(folder.path, [{ path: "bad", bytes: bytesOf("bad") }]);
  await writeFile(bad.contents.files[0]!, "something else");
  using packer = new Packer({ packing: { codec: "gzip" }, jobs: 1 });
  const path = join(folder.path, "layer");
  await writeFile(path, "");
  const sizes = Float64Array.from(["something else".length]);
  const contents = { ...bad.contents, storedSizes: sizes, unpackedSizes: sizes };
  await assert.rejects(packer.pack({ ...bad, contents }, { path }), (error) => {
    assert.ok(error instanceof ContentError, String(error));
    assert.deepEqual([error.content, error.problem], ["bad", "damaged"]);
    return true;
  });
  await writeFile(path, "");
  assert.ok((await packer.pack(good, { path })).packed.size > 0);
});

Deno.test("a packer says what the system says of its file", async () => {
  await using folder = await temporaryFolder();
  const large = await layerOf(folder.path, [{ path: "file", bytes: new Uint8Array(100) }]);
  using packer = new Packer({ packing: { codec: "gzip" }, jobs: 1 });
  await assert.rejects(packer.pack(large, { path: "/dev/full" }), (error) => {
    assert.ok(error instanceof LayerWriteError, String(error));
    assert.equal(error.code, "ENOSPC");
    return true;
  });
});

Deno.test("a packer ends when its signal is aborted, whoever waits", async () => {
  await using folder = await temporaryFolder();
  const layers = await manyLayers(folder.path);
  const controller = new AbortController();
  using packer = new Packer({ packing: { codec: "gzip" }, jobs: 2 });
  const path = join(folder.path, "layer");
  await writeFile(path, "");
  const packing = layers.map((layer) => packer.pack(layer, { path, signal: controller.signal }));
  controller.abort();
  for (const { status } of await Promise.allSettled(packing)) assert.equal(status, "rejected");
});

Deno.test("a packer tells how far it has come, to the last byte of the tar", async () => {
  await using folder = await temporaryFolder();
  const layers = await manyLayers(folder.path);
  using packer = new Packer({ packing: { codec: "gzip" }, jobs: 2 });
  for (const [i, layer] of layers.entries()) {
    const path = join(folder.path, `layer-${i}`);
    await writeFile(path, "");
    let told = 0;
    const { tar } = await packer.pack(layer, { path, onProgress: (bytes) => told += bytes });
    assert.equal(told, tar.size);
  }
});

Deno.test("a file that was packed anew ahead is the one that its layer would have got", async () => {
  await using folder = await temporaryFolder();
  const layer = await layerOf(folder.path, [{ path: "file", bytes: bytesOf("content") }]);
  const content = `old ${"0123456789\n".repeat(20_000)}`;
  const cut = new Uint8Array(gzipSync(content)).subarray(0, -1);
  const { signal } = new AbortController();
  for (const packed of [new Uint8Array(gzipSync(content)), cut]) {
    const outcomes = [];
    for (const isAhead of [false, true]) {
      using packer = new Packer({ packing: { codec: "gzip" }, jobs: 2 });
      if (isAhead) packer.repackAhead(packed, 5, signal);
      const path = join(folder.path, "layer");
      await writeFile(path, "");
      const record = { type: "repacked", path: "record", packed, skipped: 4, level: 5 } as const;
      const others = [{ ...record, beginning: bytesOf("new ") }];
      outcomes.push(
        await packer.pack({ ...layer, others }, { path }).then(() => readFile(path), String),
      );
    }
    assert.deepEqual(outcomes[1], outcomes[0]);
    if (packed === cut) assert.match(String(outcomes[0]), /^Error: expected whole gzip/);
    else {
      const { record } = await list(outcomes[0] as Uint8Array);
      const written = gunzipSync(Buffer.from(record!.slice("644 ".length), "latin1"));
      assert.equal(written.toString(), `new ${content.slice(4)}`);
    }
  }
});

Deno.test("a packer waits for no file that is packed anew when its signal is aborted", async () => {
  await using folder = await temporaryFolder();
  const layer = await layerOf(folder.path, [{ path: "file", bytes: bytesOf("content") }]);
  using packer = new Packer({ packing: { codec: "gzip" }, jobs: 2 });
  const packed = new Uint8Array(gzipSync(new Uint8Array(100_000_000)));
  packer.repackAhead(packed, 9, new AbortController().signal);
  const record = { type: "repacked", path: "record", packed, skipped: 0, level: 9 } as const;
  const others = [{ ...record, beginning: bytesOf("") }];
  const controller = new AbortController();
  const path = join(folder.path, "layer");
  const packing = packer.pack({ ...layer, others }, { path, signal: controller.signal });
  controller.abort(new Error("interrupted"));
  await assert.rejects(packing, /interrupted/);
});
