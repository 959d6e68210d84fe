import assert from "node:assert/strict";
import { join } from "node:path";
import { openBase } from "../../src/base/mod.ts";
import { digestOf, encodeJson, hexOf, MEDIA_TYPES } from "../../src/oci/mod.ts";
import type { Codec } from "../../src/oci/media_type.ts";
import { BlobCache, MemoryStore } from "../../src/store/mod.ts";
import {
  asDockerArchive,
  asOciArchive,
  BASE_TAG,
  manyCodecsBase,
  muslBase,
} from "../support/bases.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";
import { type RawMember, rawTar } from "../tar/raw_tar.ts";
import { AMD64, dir, failureOf, file, listTree, pack, symlink } from "./images.ts";

const LAYERS = [
  rawTar(dir("etc"), file("etc/passwd", "root:x:0:0::/root:\n")),
  rawTar(file("etc/motd", "hello")),
];
const LISTED = ["d 755 etc", "f 644 etc/motd 5", "f 644 etc/passwd 19"];
const CONFIG = configOf(LAYERS);
const CONFIG_PATH = `${hexOf(digestOf(CONFIG))}.json`;

function configOf(layers: readonly Uint8Array[]): Uint8Array {
  const rootfs = { type: "layers", diff_ids: layers.map(digestOf) };
  return encodeJson({ ...AMD64, config: { Env: ["A=b"] }, rootfs });
}

function manifestJson(...images: readonly unknown[]): RawMember {
  return { name: "manifest.json", content: encodeJson(images) };
}

async function archiveOf(...members: readonly RawMember[]) {
  const folder = await temporaryFolder();
  const path = join(folder.path, "image.tar");
  await Deno.writeFile(path, rawTar(...members));
  return { path, name: `docker-archive:${path}`, ...disposing(folder) };
}

function disposing(folder: AsyncDisposable): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const IMAGE = {
  Config: CONFIG_PATH,
  RepoTags: ["debian:12"],
  Layers: ["a/layer.tar", "b/layer.tar"],
};

Deno.test("openBase() opens what docker save wrote, and says where its layers lie", async () => {
  await using it = await archiveOf(
    dir("a"),
    file("a/VERSION", "1.0"),
    file("a/layer.tar", LAYERS[0]!),
    file("b/layer.tar", LAYERS[1]!),
    file(CONFIG_PATH, CONFIG),
    manifestJson(IMAGE),
    file("repositories", "{}"),
  );
  const base = await openBase(it.name);
  assert.equal(base.referenceName, "docker.io/library/debian:12");
  assert.equal(base.digest, undefined);
  assert.deepEqual(base.config.config?.Env, ["A=b"]);
  assert.deepEqual(listTree(base.tree), LISTED);
  assert.deepEqual(
    base.layers,
    LAYERS.map((layer) => {
      const digest = digestOf(layer);
      const descriptor = { mediaType: MEDIA_TYPES.layer, digest, size: layer.length };
      return { descriptor, diffId: digest };
    }),
  );
  const bytes = await Deno.readFile(it.path);
  for (const { descriptor: { digest, size } } of base.layers) {
    const place = (await base.blobs.file?.(digest))!;
    assert.equal(place.path, it.path);
    assert.equal(digestOf(bytes.slice(place.offset, place.offset + size)), digest);
  }
});

Deno.test("openBase() follows the links that docker save writes for equal layers", async () => {
  const twice = [LAYERS[0]!, LAYERS[0]!];
  const config = configOf(twice);
  await using it = await archiveOf(
    symlink("b/layer.tar", "../a/layer.tar"),
    file("a/layer.tar", LAYERS[0]!),
    file("config.json", config),
    manifestJson({ ...IMAGE, Config: "config.json", RepoTags: null }),
  );
  const base = await openBase(it.name);
  assert.equal(base.referenceName, "image.tar");
  assert.equal(base.layers.length, 2);
  assert.equal(base.users.passwd.length, 1);
});

for (const codec of ["gzip", "zstd"] satisfies Codec[]) {
  Deno.test(`openBase() finds out the digests of layers that are packed with ${codec}`, async () => {
    const packed = LAYERS.map((layer) => pack(codec, layer));
    const digests = packed.map(digestOf);
    const forms = [
      ["a.tar.gz", "b.tar.gz"],
      digests.map((digest) => `blobs/sha256/${hexOf(digest)}`),
      digests.map((digest) => `${hexOf(digest)}.tar.gz`),
    ];
    for (const [a, b] of forms) {
      await using it = await archiveOf(
        file(a!, packed[0]!),
        file(b!, packed[1]!),
        file(`sha256:${hexOf(digestOf(CONFIG))}`, CONFIG),
        manifestJson({
          Config: `sha256:${hexOf(digestOf(CONFIG))}`,
          RepoTags: [],
          Layers: [a, b],
        }),
      );
      const base = await openBase(it.name);
      assert.deepEqual(listTree(base.tree), LISTED);
      assert.deepEqual(base.layers.map(({ descriptor }) => descriptor.digest), digests);
      const type = codec === "gzip" ? MEDIA_TYPES.layerGzip : MEDIA_TYPES.layerZstd;
      assert.equal(base.layers[0]!.descriptor.mediaType, type);
    }
  });
}

Deno.test("openBase() chooses among the images of a docker archive by their names", async () => {
  const other = configOf([]);
  await using it = await archiveOf(
    file("a/layer.tar", LAYERS[0]!),
    file("b/layer.tar", LAYERS[1]!),
    file(CONFIG_PATH, CONFIG),
    file("other.json", other),
    manifestJson(IMAGE, { Config: "other.json", RepoTags: ["ghcr.io/a/b:1", "b:2"], Layers: [] }),
  );
  for (const tag of ["debian:12", "12", "docker.io/library/debian:12"]) {
    assert.equal((await openBase(`${it.name}:${tag}`)).layers.length, 2, tag);
  }
  for (const tag of ["ghcr.io/a/b:1", "1", "b:2", "2"]) {
    assert.equal((await openBase(`${it.name}:${tag}`)).layers.length, 0, tag);
  }
  assert.equal((await openBase(`${it.name}:b:2`)).referenceName, "docker.io/library/b:2");
  assert.equal((await openBase(`${it.name}:1`)).referenceName, "ghcr.io/a/b:1");
  const all = `":b:2", ":debian:12", ":ghcr.io/a/b:1"`;
  assert.deepEqual(await failureOf(openBase(it.name)), {
    id: "base/tag",
    message: `failed to read base image "${it.name}": it holds several images, add one of ${all}`,
  });
  const none = await failureOf(openBase(`${it.name}:3`));
  assert.match(none.message, /it holds no ":3", expected one of ":b:2"/);
});

Deno.test("openBase() says what a docker archive lacks", async () => {
  const config = file(CONFIG_PATH, CONFIG);
  const layers = [file("a/layer.tar", LAYERS[0]!), file("b/layer.tar", LAYERS[1]!)];
  const cases: readonly (readonly [readonly RawMember[], string, RegExp])[] = [
    [[manifestJson(IMAGE), ...layers], "base/manifest", /expected the config "[0-9a-f]+\.json"/],
    [[manifestJson(IMAGE), config], "base/manifest", /expected the layer "a\/layer\.tar"/],
    [
      [manifestJson(IMAGE), ...layers, file(CONFIG_PATH, "{}")],
      "base/manifest",
      /the config "[0-9a-f]+\.json" is damaged: it has the digest sha256:44136fa3/,
    ],
    [
      [manifestJson({ ...IMAGE, Layers: ["a/layer.tar"] }), ...layers, config],
      "base/manifest",
      /expected 2 layers as in the image's config, found 1/,
    ],
    [
      [manifestJson(IMAGE), layers[1]!, { ...layers[1]!, name: "a/layer.tar" }, config],
      "base/blob",
      new RegExp(`blob ${digestOf(LAYERS[0]!)} is damaged`),
    ],
    [[manifestJson({ Config: 1 })], "base/manifest", /expected "Config" and a list "Layers"/],
    [[file("manifest.json", "{}")], "base/manifest", /expected a list in "manifest.json"/],
    [[file("manifest.json", "[")], "base/manifest", /JSON/],
    [[manifestJson()], "base/not-found", /there is no image in it/],
    [[file("index.json", "{}")], "base/manifest", /name it "oci-archive:…"/],
    [[], "base/manifest", /use an archive that `docker save` wrote/],
  ];
  for (const [members, id, message] of cases) {
    await using it = await archiveOf(...members);
    const failure = await failureOf(openBase(it.name));
    assert.equal(failure.id, id, failure.message);
    assert.match(failure.message, message);
  }
});

Deno.test("openBase() keeps the facts of a docker archive too", async () => {
  await using it = await archiveOf(
    file("a/layer.tar", LAYERS[0]!),
    file("b/layer.tar", LAYERS[1]!),
    file(CONFIG_PATH, CONFIG),
    manifestJson(IMAGE),
  );
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  await openBase(it.name, { cache });
  assert.equal([...Deno.readDirSync(join(folder.path, "facts", "bases"))].length, 1);
  assert.deepEqual(listTree((await openBase(it.name, { cache })).tree), LISTED);
});

Deno.test("a docker archive's blobs cannot be put, but its store takes new ones in memory", async () => {
  await using it = await archiveOf(
    file("c.json", configOf([])),
    manifestJson({
      Config: "c.json",
      Layers: [],
    }),
  );
  const { blobs } = await openBase(it.name);
  const store = new MemoryStore();
  const descriptor = store.add(new Uint8Array(3), "application/x");
  assert.deepEqual(await blobs.put(await store.open(descriptor), "application/x"), descriptor);
});

toolTest(
  { name: "openBase() opens the archives that skopeo writes", needs: ["skopeo"] },
  async () => {
    for (const layout of [await manyCodecsBase(), await muslBase()]) {
      const expected = listTree((await openBase(`oci:${layout}:${BASE_TAG}`)).tree);
      const oci = await openBase(`oci-archive:${await asOciArchive(layout)}`);
      assert.deepEqual(listTree(oci.tree), expected);
    }
    // Docker's form has no zstd, so the first is none for it.
    const layout = await muslBase();
    const docker = await openBase(`docker-archive:${await asDockerArchive(layout)}`);
    assert.deepEqual(listTree(docker.tree), listTree((await openBase(`oci:${layout}`)).tree));
    assert.equal(docker.referenceName, "example.test/base:1");
  },
);
