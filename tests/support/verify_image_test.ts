import assert from "node:assert/strict";
import { join } from "node:path";
import { asDockerArchive, asOciArchive, busyboxBase, manyCodecsBase } from "./bases.ts";
import { debianBase, multiPlatformBase, nastyBase } from "./bases.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run, type Tool, toolTest } from "./tools.ts";
import { differences } from "./read_tree.ts";
import { mergedTree, verifyImage } from "./verify_image.ts";

const ORACLES: readonly Tool[] = ["skopeo", "umoci", "tar", "gzip", "zstd"];

toolTest(
  { name: "verifyImage() finds nothing wrong with the bases", needs: [...ORACLES, "apt"] },
  async () => {
    for (const base of [busyboxBase, nastyBase, manyCodecsBase]) {
      const layout = await base();
      const { tree, layers } = await verifyImage(layout);
      assert.deepEqual(differences(tree, await mergedTree(layout)), []);
      assert.ok(layers.every(({ diffId }) => /^sha256:[0-9a-f]{64}$/.test(diffId)));
    }
  },
);

toolTest(
  { name: "verifyImage() reads a Debian system", needs: [...ORACLES, "mmdebstrap"] },
  async () => {
    const { tree } = await verifyImage(await debianBase());
    assert.equal(tree.get("lib64")?.target, "usr/lib64");
    assert.equal(tree.get("usr/bin/bash")?.mode, 0o755);
    assert.equal(tree.get("tmp")?.mode, 0o1777);
  },
);

toolTest({ name: "the nasty base is what it says", needs: [...ORACLES, "apt"] }, async () => {
  const { tree, config, layers } = await verifyImage(await nastyBase());
  const { Entrypoint, Cmd, Healthcheck, OnBuild, Volumes } = config.config;
  assert.equal(Entrypoint.length, 4);
  assert.deepEqual(Cmd, ["bash"]);
  assert.deepEqual(OnBuild, ["RUN false"]);
  assert.equal(Healthcheck.Test[1], "exit 1");
  assert.deepEqual(Volumes, { "/data": {} });
  assert.equal(tree.get("home")?.target, "/var/home");
  assert.equal(tree.get("usr/local")?.target, "../opt/local");
  assert.equal(tree.get("root")?.mode, 0o700);
  const { mode, uid } = tree.get("opt/sticky")!;
  assert.deepEqual([mode, uid], [0o1777, 7]);
  for (const gone of ["etc/removed", "srv/hidden/a", "srv/hidden/b", "var/old/file"]) {
    assert.equal(tree.get(gone), undefined, gone);
  }
  assert.equal(tree.get("srv/hidden/d")?.size, 5);
  assert.equal(tree.get("opt/becomes-file")?.type, "file");
  assert.equal(tree.get("opt/becomes-folder")?.type, "directory");
  assert.deepEqual(tree.get("opt/linked/one")?.names, ["opt/linked/one", "opt/linked/two"]);
  assert.equal(tree.get("dev/pipe")?.type, "other");
  assert.ok(layers[0]!.listing.some((line) => line.endsWith(" usr/local -> ../opt/local")));
});

toolTest({ name: "verifyImage() chooses linux/amd64 from an index", needs: ORACLES }, async () => {
  const layout = await multiPlatformBase();
  assert.equal((await mergedTree(layout)).get("etc/architecture")?.size, "amd64\n".length);
});

toolTest({
  name: "an archive of a base holds the same tree",
  needs: [...ORACLES, "apt"],
}, async () => {
  const layout = await nastyBase();
  const { tree } = await verifyImage(await asOciArchive(layout));
  assert.deepEqual(differences(await mergedTree(layout), tree), []);
  await run("skopeo", ["inspect", `docker-archive:${await asDockerArchive(layout)}`]);
});

/** What is done to a good layout, and what verifyImage() then says. */
const DAMAGES: Record<string, readonly [(layout: Layout) => Promise<unknown>, RegExp]> = {
  "a flipped byte in a layer": [
    (layout) => layout.change(layout.layers[0]!, (bytes) => bytes[100]! ^= 1),
    /content of sha256/,
  ],
  "a flipped byte in the config": [
    (layout) => layout.change(layout.config, (bytes) => bytes[20]! ^= 1),
    /content of sha256/,
  ],
  "a missing blob": [(layout) => Deno.remove(layout.path(layout.layers[1]!)), /No such file/],
  "a superfluous blob": [
    (layout) => Deno.writeTextFile(layout.path(`sha256:${"0".repeat(64)}`), ""),
    /blobs of the layout/,
  ],
  "a wrong size": [
    (layout) => layout.rewrite((manifest) => manifest.layers[0].size++),
    /size of sha256/,
  ],
  "a wrong diffId": [
    (layout) => layout.rewrite((_, config) => config.rootfs.diff_ids.reverse()),
    /diffIds/,
  ],
  "a layer that does not end": [
    (layout) => layout.replaceLayer(0, (bytes) => bytes.slice(0, bytes.length - 700)),
    /unexpected end of file/,
  ],
  "bytes behind a layer": [
    (layout) => layout.replaceLayer(0, (bytes) => Uint8Array.from([...bytes, 1, 2, 3])),
    /trailing garbage/,
  ],
  "a tar without its end": [
    (layout) => layout.replaceLayer(1, (bytes) => bytes.slice(0, bytes.length - 1024)),
    /two blocks of zeros/,
  ],
  "a tar that ends in the middle": [
    (layout) => layout.replaceLayer(1, (bytes) => bytes.slice(0, 700)),
    /no whole tar/,
  ],
};

for (const [title, [damage, message]] of Object.entries(DAMAGES)) {
  toolTest({ name: `verifyImage() refuses ${title}`, needs: [...ORACLES, "apt"] }, async () => {
    await using copy = await copyLayout(await nastyBase());
    await verifyImage(copy.folder);
    await damage(copy);
    await assert.rejects(verifyImage(copy.folder), message);
  });
}

// deno-lint-ignore no-explicit-any
type Json = any;

interface Layout extends AsyncDisposable {
  readonly folder: string;
  readonly layers: readonly string[];
  readonly config: string;
  path(digest: string): string;
  change(digest: string, change: (bytes: Uint8Array) => unknown): Promise<void>;
  /** Changes manifest and config and names them anew, as if they had been written so. */
  rewrite(change: (manifest: Json, config: Json) => unknown): Promise<void>;
  replaceLayer(index: number, change: (bytes: Uint8Array) => Uint8Array): Promise<void>;
}

async function copyLayout(layout: string): Promise<Layout> {
  const temporary = await temporaryFolder();
  const folder = join(temporary.path, "layout");
  await run("cp", ["-r", layout, folder]);
  const path = (digest: string) => join(folder, "blobs/sha256", digest.slice(7));
  const read = async (digest: string): Promise<Json> =>
    JSON.parse(await Deno.readTextFile(path(digest)));
  const put = async (bytes: Uint8Array, old: string) => {
    await Deno.remove(path(old));
    const hash = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
    const digest = `sha256:${new Uint8Array(hash).toHex()}`;
    await Deno.writeFile(path(digest), bytes);
    return { digest, size: bytes.length };
  };
  const putJson = (value: Json, old: string) =>
    put(new TextEncoder().encode(JSON.stringify(value)), old);
  const index = JSON.parse(await Deno.readTextFile(join(folder, "index.json")));
  const manifest = await read(index.manifests[0].digest);
  const rewrite: Layout["rewrite"] = async (change) => {
    const config = await read(manifest.config.digest);
    change(manifest, config);
    Object.assign(manifest.config, await putJson(config, manifest.config.digest));
    Object.assign(index.manifests[0], await putJson(manifest, index.manifests[0].digest));
    await Deno.writeTextFile(join(folder, "index.json"), JSON.stringify(index));
  };
  return {
    folder,
    path,
    layers: manifest.layers.map(({ digest }: Json) => digest),
    config: manifest.config.digest,
    rewrite,
    change: async (digest, change) => {
      const bytes = await Deno.readFile(path(digest));
      change(bytes);
      await Deno.writeFile(path(digest), bytes);
    },
    replaceLayer: async (i, change) => {
      const { digest } = manifest.layers[i];
      const replaced = await put(change(await Deno.readFile(path(digest))), digest);
      await rewrite(({ layers }) => Object.assign(layers[i], replaced));
    },
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}
