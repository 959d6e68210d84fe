import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { collect, concat } from "../../src/bytes/mod.ts";
import { type BaseSource, openBase } from "../../src/base/mod.ts";
import { Failure } from "../../src/failure/mod.ts";
import {
  type BlobOptions,
  type Descriptor,
  digestOf,
  encodeJson,
  hexOf,
  MEDIA_TYPES,
} from "../../src/oci/mod.ts";
import type { Codec } from "../../src/oci/media_type.ts";
import { BlobCache, firstOf, MemoryStore, OciLayout } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { bytesOf, rawMember } from "../tar/raw_tar.ts";
import {
  addToLayout,
  AMD64,
  archiveLayout,
  ARM64,
  blobPath,
  dir,
  failureOf,
  file,
  listTree,
  makeImage,
  makeIndex,
  makeLayout,
  memorySource,
  pack,
  putBytes,
  symlink,
} from "./images.ts";

const SYSTEM = [dir("etc"), file("etc/passwd", "root:x:0:0::/root:\n"), symlink("bin", "usr/bin")];
const MORE = [file("etc/motd", "hello"), file(".wh.bin")];
const LAYERS = [SYSTEM, MORE];
const LISTED = ["d 755 etc", "f 644 etc/motd 5", "f 644 etc/passwd 19"];

Deno.test("openBase() opens scratch", async () => {
  const base = await openBase("scratch");
  assert.deepEqual(base.layers, []);
  assert.deepEqual(base.config, { ...AMD64, rootfs: { type: "layers", diff_ids: [] } });
  assert.equal(base.digest, undefined);
  assert.equal(base.referenceName, "scratch");
  assert.deepEqual(listTree(base.tree), []);
  assert.deepEqual(base.users.passwd, []);
});

for (const codec of ["none", "gzip", "zstd"] satisfies Codec[]) {
  Deno.test(`openBase() opens an image of a layout with layers of codec ${codec}`, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "layout");
    const { "1.0": image } = await makeLayout(path, { "1.0": { layers: LAYERS, codec } });
    const base = await openBase(`oci:${path}:1.0`);
    assert.equal(base.name, `oci:${path}:1.0`);
    assert.equal(base.referenceName, "1.0");
    assert.equal(base.digest, image!.root.digest);
    assert.deepEqual(base.layers.map(({ descriptor }) => descriptor), image!.layers);
    assert.deepEqual(base.layers.map(({ diffId }) => diffId), image!.diffIds);
    assert.deepEqual(base.config.rootfs.diff_ids, image!.diffIds);
    assert.deepEqual(listTree(base.tree), LISTED);
    assert.equal(base.users.passwd[0]?.name, "root");
    const layer = await base.blobs.file?.(image!.layers[0]!.digest);
    assert.equal(layer?.path, blobPath(path, image!.layers[0]!));
  });
}

Deno.test("openBase() opens an image of a layout's archive, and says where its blobs lie", async () => {
  await using folder = await temporaryFolder();
  const layout = join(folder.path, "layout");
  const { a: image } = await makeLayout(layout, { a: { layers: LAYERS } });
  const path = join(folder.path, "image.tar");
  const bytes = await archiveLayout(layout);
  await Deno.writeFile(path, bytes);
  const base = await openBase(`oci-archive:${path}`);
  assert.deepEqual(listTree(base.tree), LISTED);
  assert.equal(base.digest, image!.root.digest);
  for (const { digest, size } of image!.layers) {
    const place = (await base.blobs.file?.(digest))!;
    assert.equal(place.path, path);
    assert.equal(place.size, size);
    assert.equal(digestOf(bytes.slice(place.offset, place.offset + size)), digest);
  }
});

Deno.test("openBase() takes the only image of a layout without being told its name", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "my-base");
  await makeLayout(path, { "": { layers: LAYERS } });
  assert.equal((await openBase(`oci:${path}`)).referenceName, "my-base");
});

Deno.test("openBase() knows an image by its name, its full reference or its tag alone", async () => {
  await using folder = await temporaryFolder();
  const images = { "docker.io/library/bot:1": { layers: [SYSTEM] }, "ghcr.io/a/bot:2": {} };
  const made = await makeLayout(folder.path, images);
  const names: Readonly<Record<string, keyof typeof images>> = {
    "docker.io/library/bot:1": "docker.io/library/bot:1",
    "bot:1": "docker.io/library/bot:1",
    "1": "docker.io/library/bot:1",
    "ghcr.io/a/bot:2": "ghcr.io/a/bot:2",
    "2": "ghcr.io/a/bot:2",
  };
  for (const [asked, name] of Object.entries(names)) {
    const base = await openBase(`oci:${folder.path}:${asked}`);
    assert.equal(base.digest, made[name]!.root.digest, asked);
    assert.equal(base.referenceName, name);
  }
});

Deno.test("openBase() lists the names when several images are meant, or none is", async () => {
  await using folder = await temporaryFolder();
  await makeLayout(folder.path, { "a/x:1": { layers: [SYSTEM] }, "b/x:1": {}, "c": {} });
  const all = `":a/x:1", ":b/x:1", ":c"`;
  const cases: Readonly<Record<string, string>> = {
    "": `it holds several images, add one of ${all}`,
    ":1": `":1" means several images, add one of ${all}`,
    ":2": `it holds no ":2", expected one of ${all}`,
  };
  for (const [tag, problem] of Object.entries(cases)) {
    const name = `oci:${folder.path}${tag}`;
    assert.deepEqual(await failureOf(openBase(name)), {
      id: "base/tag",
      message: `failed to read base image "${name}": ${problem}`,
    });
  }
});

Deno.test("openBase() takes one image of several names without being told which", async () => {
  await using folder = await temporaryFolder();
  const layout = await OciLayout.openOrCreate(folder.path);
  const { root } = await makeImage(layout, { layers: LAYERS });
  await addToLayout(layout, root, "a:1");
  await addToLayout(layout, root, "a:latest");
  assert.equal((await openBase(`oci:${folder.path}`)).digest, root.digest);
});

Deno.test("openBase() chooses linux/amd64 from an index, nested ones too", async () => {
  const store = new MemoryStore();
  const amd = await makeImage(store, { layers: LAYERS });
  const arm = await makeImage(store, { platform: ARM64 });
  const note = await makeImage(store, { platform: { os: "unknown", architecture: "unknown" } });
  const flat = [
    { ...arm.root, platform: ARM64 },
    { ...note.root, platform: { os: "unknown", architecture: "unknown" } },
    { ...amd.root, platform: AMD64 },
  ];
  const inner = await makeIndex(store, flat);
  const roots = [
    inner,
    await makeIndex(store, [inner]),
    await makeIndex(store, [arm.root, amd.root]),
  ];
  for (const root of roots) {
    const base = await openBase("x", { registry: memorySource(store, root) });
    assert.equal(base.digest, amd.root.digest);
  }
  const base = await openBase("x", {
    registry: memorySource(store, flat[0]!, flat[1]!, flat[2]!),
  });
  assert.equal(base.digest, amd.root.digest);
});

Deno.test("openBase() prefers the variant of amd64 that runs everywhere", async () => {
  const store = new MemoryStore();
  const plain = await makeImage(store, { layers: LAYERS });
  const newer = await makeImage(store, { layers: [SYSTEM] });
  const root = await makeIndex(store, [
    { ...newer.root, platform: { ...AMD64, variant: "v3" } },
    { ...plain.root, platform: AMD64 },
  ]);
  const base = await openBase("x", { registry: memorySource(store, root) });
  assert.equal(base.digest, plain.root.digest);
});

Deno.test("openBase() lists the platforms when none is linux/amd64", async () => {
  const store = new MemoryStore();
  const arm = await makeImage(store, { platform: ARM64 });
  const windows = { os: "windows", architecture: "amd64" };
  const roots = [
    [arm.root, "linux/arm64/v8"],
    [await makeIndex(store, [{ ...arm.root, platform: ARM64 }]), "linux/arm64/v8"],
    [
      await makeIndex(store, [{ ...arm.root, platform: ARM64 }, {
        ...arm.root,
        platform: windows,
      }]),
      "linux/arm64/v8, windows/amd64",
    ],
    [await makeIndex(store, []), "no image"],
  ] as const;
  for (const [root, platforms] of roots) {
    assert.deepEqual(await failureOf(openBase("x", { registry: memorySource(store, root) })), {
      id: "base/platform",
      message: `failed to read base image "x": it has ${platforms}, use one that has linux/amd64`,
    });
  }
});

Deno.test("openBase() refuses an index without an end", async () => {
  const store = new MemoryStore();
  const arm = await makeImage(store, { platform: ARM64 });
  const root = await makeIndex(store, Array.from({ length: 200 }, () => arm.root));
  const { id, message } = await failureOf(openBase("x", { registry: memorySource(store, root) }));
  assert.equal(id, "base/manifest");
  assert.match(message, /leads to over 100 manifests/);
});

Deno.test("openBase() takes Docker's media types for the OCI ones that they are", async () => {
  const store = new MemoryStore();
  const types = [
    ["none", MEDIA_TYPES.dockerLayer],
    ["gzip", MEDIA_TYPES.dockerLayerGzip],
    ["zstd", MEDIA_TYPES.dockerLayerZstd],
  ] as const;
  for (const [codec, mediaType] of types) {
    const { config, layers, diffIds } = await makeImage(store, { layers: LAYERS, codec });
    const root = await putBytes(
      store,
      encodeJson({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.dockerManifest,
        config: { ...config, mediaType: MEDIA_TYPES.dockerConfig },
        layers: layers.map((layer) => ({ ...layer, mediaType })),
      }),
      MEDIA_TYPES.dockerManifest,
    );
    const base = await openBase("x", { registry: memorySource(store, root) });
    assert.deepEqual(listTree(base.tree), LISTED);
    assert.deepEqual(base.layers.map(({ diffId }) => diffId), diffIds);
    assert.deepEqual(base.layers.map(({ descriptor }) => descriptor), layers);
  }
});

Deno.test("openBase() refuses what is no image that it can read", async () => {
  const store = new MemoryStore();
  const image = await makeImage(store, { layers: LAYERS });
  const put = (value: unknown) => putBytes(store, encodeJson(value), MEDIA_TYPES.manifest);
  const foreign = "application/vnd.example.layer.squashfs";
  const cases: readonly (readonly [Descriptor, string, RegExp])[] = [
    [await put({ schemaVersion: 1, fsLayers: [] }), "base/manifest", /schema 1 is not supported/],
    [await put({ schemaVersion: 3 }), "base/manifest", /in blob sha256:[0-9a-f]{64}, expected/],
    [
      await put({ schemaVersion: 2, config: { ...image.config, mediaType: "text/x" }, layers: [] }),
      "base/platform",
      /it has text\/x, use one/,
    ],
    [
      await put({ schemaVersion: 2, config: image.config, layers: image.layers.slice(1) }),
      "base/manifest",
      /its manifest has 1 layers, its config 2/,
    ],
    [
      await put({
        schemaVersion: 2,
        config: image.config,
        layers: image.layers.map((layer) => ({ ...layer, mediaType: foreign })),
      }),
      "base/layer",
      /layer sha256:[0-9a-f]{64} is of type "application\/vnd\.example\.layer/,
    ],
    [
      { ...image.root, size: 5 * 1024 * 1024 },
      "base/manifest",
      /blob sha256:[0-9a-f]{64} has 5242880 bytes, at most 4194304 are read/,
    ],
    [
      { ...image.root, size: image.root.size + 1 },
      "base/blob",
      /blob sha256:[0-9a-f]{64} is damaged, expected [0-9]+ bytes, found [0-9]+, fetch it again/,
    ],
  ];
  for (const [root, id, message] of cases) {
    const failure = await failureOf(openBase("x", { registry: memorySource(store, root) }));
    assert.equal(failure.id, id, failure.message);
    assert.match(failure.message, message);
  }
});

Deno.test("openBase() refuses a config that is too large to be one", async () => {
  const store = new MemoryStore();
  const { root } = await makeImage(store, { config: { author: "x".repeat(5 * 1024 * 1024) } });
  const { id, message } = await failureOf(openBase("x", { registry: memorySource(store, root) }));
  assert.equal(id, "base/manifest");
  assert.match(message, /at most 4194304 are read/);
});

Deno.test("openBase() refuses a layer that is no tar, or another one than its config names", async () => {
  const wrongTar = { layers: [bytesOf("no tar at all".repeat(100))] };
  const cutOff = { layers: [rawMember({ name: "x", content: "x".repeat(600) }).slice(0, 1024)] };
  const otherDiffId = { layers: LAYERS, diffIds: [digestOf(bytesOf("1")), digestOf(bytesOf("2"))] };
  const cases = [
    [wrongTar, /in layer sha256:[0-9a-f]{64}, expected the header checksum|expected a number/],
    [cutOff, /in layer sha256:[0-9a-f]{64}, expected [0-9]+ bytes at byte [0-9]+, found/],
    [otherDiffId, /in layer sha256:[0-9a-f]{64}, expected a tar sha256:.* found sha256:/],
  ] as const;
  for (const [spec, message] of cases) {
    const store = new MemoryStore();
    const { root } = await makeImage(store, spec);
    const failure = await failureOf(openBase("x", { registry: memorySource(store, root) }));
    assert.equal(failure.id, "base/layer");
    assert.match(failure.message, message);
  }
});

Deno.test("openBase() refuses bytes behind a layer's gzip, whose digest is right", async () => {
  const store = new MemoryStore();
  const { config, layers } = await makeImage(store, { layers: [SYSTEM] });
  const tar = concat([SYSTEM.map(rawMember), [new Uint8Array(1024)]].flat());
  const packed = concat([pack("gzip", tar), new Uint8Array(8)]);
  const layer = await putBytes(store, packed, layers[0]!.mediaType);
  const root = await putBytes(
    store,
    encodeJson({ schemaVersion: 2, config, layers: [layer] }),
    MEDIA_TYPES.manifest,
  );
  const failure = await failureOf(openBase("x", { registry: memorySource(store, root) }));
  assert.equal(failure.id, "base/layer");
  assert.match(failure.message, /expected the end after [0-9]+ bytes of gzip/);
});

Deno.test("openBase() names the blob that is damaged or missing, whichever it is", async () => {
  for (const codec of ["none", "gzip", "zstd"] satisfies Codec[]) {
    await using folder = await temporaryFolder();
    const { a: image } = await makeLayout(folder.path, { a: { layers: LAYERS, codec } });
    const { root, config, layers } = image!;
    for (const blob of [root, config, ...layers]) {
      const path = blobPath(folder.path, blob);
      const good = await Deno.readFile(path);
      for (const bad of damages(good)) {
        await Deno.writeFile(path, bad);
        const { id, message } = await failureOf(openBase(`oci:${folder.path}`));
        assert.equal(id, "base/blob", message);
        assert.ok(message.includes(`blob ${blob.digest} is damaged`), message);
      }
      await Deno.remove(path);
      const { id, message } = await failureOf(openBase(`oci:${folder.path}`));
      assert.equal(id, "base/blob");
      assert.ok(message.includes(`blob ${blob.digest} is missing`), message);
      await Deno.writeFile(path, good);
    }
    await openBase(`oci:${folder.path}`);
  }
});

/** Cut off, made longer, and with another byte in each part of it. */
function* damages(good: Uint8Array): Generator<Uint8Array> {
  yield good.slice(0, -1);
  yield new Uint8Array(0);
  yield concat([good, new Uint8Array(1)]);
  for (const at of [0, 10, good.length >> 1, good.length - 1]) {
    const bad = good.slice();
    bad[at]! ^= 1;
    yield bad;
  }
}

Deno.test("openBase() says what is wrong with a place that holds no images", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  await Deno.mkdir(at("empty"));
  await Deno.writeTextFile(at("file"), "no archive");
  await Deno.writeFile(at("packed.tar.gz"), pack("gzip", new Uint8Array(1024)));
  await Deno.writeFile(at("packed.tar.zst"), pack("zstd", new Uint8Array(1024)));
  await Deno.writeFile(at("zeros.tar"), new Uint8Array(1024));
  await OciLayout.openOrCreate(at("new"));
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    [`oci:${at("none")}`]: ["base/not-found", "there is no such file or folder"],
    [`oci-archive:${at("none")}`]: ["base/not-found", "there is no such file or folder"],
    [`docker-archive:${at("none")}`]: ["base/not-found", "there is no such file or folder"],
    [`oci:${at("file")}`]: ["base/not-found", `found a file, begin its name with "oci-archive:"`],
    [`oci-archive:${at("empty")}`]: [
      "base/not-found",
      `found a folder, begin its name with "oci:"`,
    ],
    [`oci:${at("empty")}`]: ["base/manifest", `found no file "oci-layout" in it`],
    [`oci:${at("new")}`]: ["base/not-found", "there is no image in it"],
    [`oci-archive:${at("file")}`]: ["base/manifest", "expected 512 bytes at byte 0"],
    [`oci-archive:${at("zeros.tar")}`]: ["base/manifest", `expected a file "index.json"`],
    [`docker-archive:${at("zeros.tar")}`]: ["base/manifest", `expected a file "manifest.json"`],
    [`oci-archive:${at("packed.tar.gz")}`]: [
      "base/manifest",
      "the archive is packed with gzip, unpack it first with `gunzip`",
    ],
    [`docker-archive:${at("packed.tar.zst")}`]: [
      "base/manifest",
      "the archive is packed with zstd, unpack it first with `unzstd`",
    ],
    "debian": ["usage/reference", `expected "scratch", or a name that begins with "oci:"`],
  };
  for (const [name, [id, problem]] of Object.entries(cases)) {
    const failure = await failureOf(openBase(name));
    assert.equal(failure.id, id, failure.message);
    assert.ok(failure.message.startsWith(`failed to read base image "${name}": `));
    assert.ok(failure.message.includes(problem), failure.message);
  }
});

Deno.test("openBase() answers a path by the form that fits, and asks no registry for it", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  await makeLayout(at("layout"), { a: { layers: LAYERS } });
  await Deno.writeFile(at("oci.tar"), await archiveLayout(at("layout")));
  const manifest = rawMember({ name: "manifest.json", content: "[]" });
  await Deno.writeFile(at("docker.tar"), concat([manifest, new Uint8Array(1024)]));
  await Deno.writeFile(at("packed.tar.gz"), pack("gzip", new Uint8Array(1024)));
  const registry: BaseSource = () => Promise.reject(new Error("expected no registry to be asked"));
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    [at("layout")]: ["usage/reference", `found a folder of this machine, name it "oci:`],
    [at("oci.tar")]: ["usage/reference", `found a file of this machine, name it "oci-archive:`],
    [at("docker.tar")]: ["usage/reference", `name it "docker-archive:${at("docker.tar")}"`],
    [at("packed.tar.gz")]: ["base/manifest", "unpack it first with `gunzip`"],
    [at("none.tar")]: ["base/not-found", "there is no such file or folder"],
    "none.tar": ["base/not-found", "there is no such file or folder"],
    "./none": ["base/not-found", "there is no such file or folder"],
    "../none": ["base/not-found", "there is no such file or folder"],
    "~/none": ["base/not-found", "there is no such file or folder"],
  };
  for (const [name, [id, problem]] of Object.entries(cases)) {
    const failure = await failureOf(openBase(name, { registry }));
    assert.equal(failure.id, id, failure.message);
    assert.ok(failure.message.startsWith(`failed to read base image "${name}": `));
    assert.ok(failure.message.includes(problem), failure.message);
  }
});

Deno.test("openBase() says what stands here by a name that no registry has", async () => {
  const bare = "docs"; // A folder of this project, from which tests are run.
  const registry: BaseSource = (asked) =>
    Promise.reject(new Failure("base/not-found", `failed to pull "${asked}": it has none`));
  const { message } = await failureOf(openBase(bare, { registry }));
  assert.equal(
    message,
    `failed to pull "docs": it has none; for what stands here by this name write "oci:docs"`,
  );
  const none = await failureOf(openBase("no-such-thing-here", { registry }));
  assert.equal(none.message, `failed to pull "no-such-thing-here": it has none`);
});

Deno.test("openBase() asks the registry's source for names without a prefix", async () => {
  const store = new MemoryStore();
  const { root } = await makeImage(store, { layers: LAYERS });
  const asked: string[] = [];
  const registry: BaseSource = (name, options) => {
    asked.push(name);
    return memorySource(store, root)(name, options);
  };
  for (const name of ["debian:stable-slim", "localhost:5000/x", "ghcr.io/a/b@sha256:0"]) {
    assert.equal((await openBase(name, { registry })).name, name);
  }
  assert.deepEqual(asked, ["debian:stable-slim", "localhost:5000/x", "ghcr.io/a/b@sha256:0"]);
});

/** Remembers which blobs were opened. */
class WatchedStore extends MemoryStore {
  readonly opened: string[] = [];
  override open(descriptor: Descriptor, options?: BlobOptions) {
    this.opened.push(descriptor.digest);
    return super.open(descriptor, options);
  }
}

Deno.test("openBase() reads layers once, and finds the same facts in the cache", async () => {
  const member = fc.oneof(
    fc.record({ name: pathArbitrary(), uid: octal(), gid: octal(), mtime: octal() }),
    pathArbitrary().map((name) => ({ name, typeflag: "5" })),
    fc.tuple(pathArbitrary(), fc.string({ minLength: 1, maxLength: 30 })).map(([name, target]) =>
      symlink(name, target.replaceAll(/[^a-z./é]/g, "x"))
    ),
    pathArbitrary().map((name) => ({ name, typeflag: "3" })),
  );
  const members = fc.uniqueArray(member, { selector: ({ name }) => name, maxLength: 20 });
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  await fc.assert(
    fc.asyncProperty(members, async (layer) => {
      const store = new WatchedStore();
      const passwd = file("etc/passwd", "a:x:1:1::/:\n");
      const { root, layers } = await makeImage(store, {
        layers: [[...layer, passwd, file("lib64/libc.so.6", "GLIBC_2.31")]],
        codec: "none",
      });
      const registry = memorySource(store, root);
      const first = await openBase("x", { registry, cache });
      store.opened.length = 0;
      const second = await openBase("x", { registry, cache });
      assert.equal(store.opened.includes(layers[0]!.digest), false);
      const seen = ({ tree }: typeof first) =>
        [...tree.entries()].map(([path, node]) => {
          const { children: _, ...rest } = node as typeof node & { children?: unknown };
          return { path, ...rest };
        });
      assert.deepEqual(seen(second), seen(first).map(withoutMarks));
      assert.deepEqual(second.users, first.users);
      assert.deepEqual(second.libraries, first.libraries);
    }),
    { numRuns: 40 },
  );
});

function pathArbitrary(): fc.Arbitrary<string> {
  const part = fc.constantFrom("a", "b", "a-b", "é", "x y", "zz");
  return fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `${parts.join("/")}.e`);
}

function octal(): fc.Arbitrary<string> {
  return fc.nat(0o777777).map((number) => `${number.toString(8).padStart(7, "0")}\0`);
}

/** What a folder that was just merged has beside its attributes. */
function withoutMarks(node: Record<string, unknown>): Record<string, unknown> {
  const { isStated: _, isOpaque: __, whiteouts: ___, ...rest } = node;
  return rest;
}

Deno.test("openBase() reads the layers again when the facts are damaged", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  const store = new MemoryStore();
  const { root } = await makeImage(store, { layers: LAYERS });
  const registry = memorySource(store, root);
  await openBase("x", { registry, cache });
  const path = join(folder.path, "facts", "bases", `${hexOf(root.digest)}.json`);
  for (const text of [`{"version":1,`, `{"version":0}`, "[]"]) {
    await Deno.writeTextFile(path, text);
    assert.deepEqual(listTree((await openBase("x", { registry, cache })).tree), LISTED);
  }
});

Deno.test("openBase() reads a layer from its registry that is damaged in the cache", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  const store = new MemoryStore();
  const { root, layers } = await makeImage(store, { layers: LAYERS });
  const [layer] = layers;
  const source = memorySource(store, root);
  const registry: typeof source = async (...args) => ({
    ...await source(...args),
    blobs: firstOf(cache, store),
    fetch: () => Promise.resolve(),
  });
  const bytes = await collect(await store.open(layer!), 1_000_000);
  for (const other of layers) await cache.put(await store.open(other), other.mediaType);
  const path = cache.pathOf(layer!.digest);
  await Deno.chmod(path, 0o644);
  await Deno.writeFile(path, bytes.with(20, bytes[20]! ^ 1));
  assert.deepEqual(listTree((await openBase("x", { registry, cache })).tree), LISTED);
  assert.equal(await cache.has(layer!.digest), false);
});

Deno.test("openBase() keeps no facts of a base that is damaged", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(join(folder.path, "cache"));
  const { a: image } = await makeLayout(join(folder.path, "layout"), { a: { layers: LAYERS } });
  const path = blobPath(join(folder.path, "layout"), image!.layers[1]!);
  const good = await Deno.readFile(path);
  await Deno.writeFile(path, good.slice(1));
  await failureOf(openBase(`oci:${folder.path}/layout`, { cache }));
  assert.equal(await cache.readFact("bases", hexOf(image!.root.digest)), undefined);
  await Deno.writeFile(path, good);
  assert.deepEqual(listTree((await openBase(`oci:${folder.path}/layout`, { cache })).tree), LISTED);
});

Deno.test("openBase() stops when its signal says so, and tells how much it has read", async () => {
  const store = new MemoryStore();
  const { root, config, layers } = await makeImage(store, { layers: LAYERS });
  const registry = memorySource(store, root);
  let bytes = 0;
  await openBase("x", { registry, onProgress: (count) => bytes += count });
  const sizes = [root, config, ...layers].reduce((sum, { size }) => sum + size, 0);
  assert.ok(bytes >= sizes, `${bytes} of ${sizes} bytes`);
  const reason = new Error("stop");
  await assert.rejects(
    openBase("x", { registry, signal: AbortSignal.abort(reason) }),
    (error) => error === reason,
  );
});
