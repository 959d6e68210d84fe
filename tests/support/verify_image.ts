import assert from "node:assert/strict";
import { join } from "node:path";
import { readTree, type Tree } from "./read_tree.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run } from "./tools.ts";

/** A descriptor as it is stored. */
export interface FoundDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One layer that was found to be whole. */
export interface FoundLayer extends FoundDescriptor {
  /** `sha256:` of its tar, as foreign tools unpack it. */
  readonly diffId: string;
  /** What `tar -tvf --numeric-owner` prints, a line an entry. */
  readonly listing: readonly string[];
}

/** An image of which foreign tools found nothing wrong. */
export interface VerifiedImage {
  readonly digest: string;
  readonly manifest: Record<string, unknown>;
  // deno-lint-ignore no-explicit-any
  readonly config: any;
  readonly layers: readonly FoundLayer[];
  /** What `umoci unpack` makes of it. */
  readonly tree: Tree;
}

/** Options of {@linkcode verifyImage}. */
export interface VerifyOptions {
  /** The `org.opencontainers.image.ref.name` of the image, needed where a layout has several. */
  readonly name?: string;
}

/**
 * Reads an OCI layout, a folder or a tarball of one, with code of its own and foreign tools, and
 * throws at the first thing that is wrong: a missing or superfluous blob, a digest, size or diffId,
 * a layer that GNU gzip, zstd or tar complain about, what skopeo and umoci refuse, and docker's
 * `manifest.json` in a tarball that has one. Needs `skopeo`, `umoci`, `tar`, `gzip` and `zstd`.
 */
export async function verifyImage(
  layoutOrTarball: string,
  options: VerifyOptions = {},
): Promise<VerifiedImage> {
  await using folder = await temporaryFolder();
  const isTarball = (await Deno.stat(layoutOrTarball)).isFile;
  const layout = isTarball ? join(folder.path, "layout") : layoutOrTarball;
  if (isTarball) {
    await Deno.mkdir(layout);
    await run("tar", ["-xf", layoutOrTarball, "-C", layout]);
  }
  const index = await readLayout(layout);
  const referenced = new Set<string>();
  for (const descriptor of index) await collectBlobs(layout, descriptor, referenced);
  assert.deepEqual(listBlobs(layout), [...referenced].sort(), "blobs of the layout");
  for (const descriptor of index) await inspectBySkopeo(layout, descriptor);
  if (await isThere(join(layout, "manifest.json"))) {
    await checkDockerManifest(layoutOrTarball, layout);
  }
  return await verifyOne(layout, await chooseImage(layout, index, options));
}

/** The merged tree of a layout's image, as `umoci unpack` makes it. Needs `umoci`. */
export async function mergedTree(layout: string, options: VerifyOptions = {}): Promise<Tree> {
  const descriptor = await chooseImage(layout, await readLayout(layout), options);
  const { layers } = await readJson(layout, descriptor.digest);
  return await unpackTree(layout, { descriptor, layers });
}

async function readLayout(layout: string): Promise<readonly FoundDescriptor[]> {
  const marker = JSON.parse(await Deno.readTextFile(join(layout, "oci-layout")));
  assert.deepEqual(marker, { imageLayoutVersion: "1.0.0" });
  const index = JSON.parse(await Deno.readTextFile(join(layout, "index.json")));
  assert.equal(index.schemaVersion, 2);
  return index.manifests;
}

/** Every blob below a descriptor, each with the size and the digest that were promised. */
async function collectBlobs(
  layout: string,
  descriptor: FoundDescriptor,
  referenced: Set<string>,
): Promise<void> {
  const { digest, size } = descriptor;
  referenced.add(digest);
  const path = blobPath(layout, digest);
  assert.equal((await Deno.stat(path)).size, size, `size of ${digest}`);
  assert.equal(`sha256:${await sha256sum(path)}`, digest, `content of ${digest}`);
  if (!/manifest|index/.test(descriptor.mediaType)) return;
  const document = await readJson(layout, digest);
  assert.equal(document.schemaVersion, 2);
  assert.equal(document.mediaType, descriptor.mediaType);
  const below = document.manifests ?? [document.config, ...document.layers];
  for (const child of below) await collectBlobs(layout, child, referenced);
}

function listBlobs(layout: string): readonly string[] {
  const names = [...Deno.readDirSync(join(layout, "blobs/sha256"))].map(({ name }) => name);
  return names.map((name) => `sha256:${name}`).sort();
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function inspectBySkopeo(layout: string, descriptor: FoundDescriptor): Promise<void> {
  await using single = await singleLayout(layout, descriptor);
  const image = `oci:${single.path}:image`;
  const inspected = JSON.parse((await run("skopeo", ["inspect", image])).stdout);
  assert.equal(inspected.Os, "linux");
  await using target = await temporaryFolder();
  await run("skopeo", ["copy", "--quiet", image, `dir:${target.path}`]);
}

/** A layout of the same blobs with the one image under a tag that every tool understands. */
async function singleLayout(layout: string, { annotations: _, ...descriptor }: FoundDescriptor) {
  const folder = await temporaryFolder();
  const annotations = { "org.opencontainers.image.ref.name": "image" };
  const index = { schemaVersion: 2, manifests: [{ ...descriptor, annotations }] };
  await Deno.symlink(await Deno.realPath(join(layout, "blobs")), join(folder.path, "blobs"));
  await Deno.copyFile(join(layout, "oci-layout"), join(folder.path, "oci-layout"));
  await Deno.writeTextFile(join(folder.path, "index.json"), JSON.stringify(index));
  return folder;
}

/** https://github.com/moby/docker-image-spec: what `docker load` reads. */
async function checkDockerManifest(tarball: string, layout: string): Promise<void> {
  const images = JSON.parse(await Deno.readTextFile(join(layout, "manifest.json")));
  for (const { Config, RepoTags, Layers } of images) {
    for (const path of [Config, ...Layers]) await Deno.stat(join(layout, path));
    for (const tag of RepoTags) {
      assert.match(tag, /^(localhost|[^/]*[.:][^/]*)\/.+:[^/:]+$/, "RepoTags are fully qualified");
      await run("skopeo", ["inspect", `docker-archive:${tarball}:${tag}`]);
    }
  }
}

async function chooseImage(
  layout: string,
  index: readonly FoundDescriptor[],
  { name }: VerifyOptions,
): Promise<FoundDescriptor> {
  const named = name === undefined
    ? index
    : index.filter(({ annotations }) =>
      annotations?.["org.opencontainers.image.ref.name"] === name
    );
  const digests = new Set(named.map(({ digest }) => digest));
  assert.equal(digests.size, 1, `images of the name ${name ?? "(any)"} in the layout`);
  const [descriptor] = named;
  const { manifests } = await readJson(layout, descriptor!.digest);
  if (manifests === undefined) return descriptor!;
  const fitting = manifests.find(({ platform }: FoundDescriptor) =>
    platform?.os === "linux" && platform.architecture === "amd64"
  );
  assert.ok(fitting, "an image for linux/amd64 in the index");
  return fitting;
}

async function verifyOne(layout: string, descriptor: FoundDescriptor): Promise<VerifiedImage> {
  const manifest = await readJson(layout, descriptor.digest);
  const config = await readJson(layout, manifest.config.digest);
  const layers: FoundLayer[] = [];
  for (const layer of manifest.layers) {
    layers.push({ ...layer, ...await checkLayer(blobPath(layout, layer.digest), layer.mediaType) });
  }
  assert.deepEqual(config.rootfs.diff_ids, layers.map(({ diffId }) => diffId), "diffIds");
  const made = config.history?.filter((step: Record<string, unknown>) => !step.empty_layer) ??
    layers;
  assert.equal(made.length, layers.length, "a history entry for each layer");
  const tree = await unpackTree(layout, { descriptor, layers: manifest.layers });
  return { digest: descriptor.digest, manifest, config, layers, tree };
}

/** Unpacks a layer by GNU gzip or zstd and lets GNU tar read it. */
async function checkLayer(
  path: string,
  mediaType: string,
): Promise<Pick<FoundLayer, "diffId" | "listing">> {
  await using folder = await temporaryFolder();
  const tar = join(folder.path, "layer.tar");
  await unpackTo(path, tar, mediaType);
  await checkEnd(tar);
  const { stdout, stderr } = await run("tar", [
    ...["-tvf", tar, "--numeric-owner", "--full-time", "--quoting-style=literal"],
  ], { env: { LC_ALL: "C.UTF-8", TZ: "UTC" } });
  assert.equal(stderr, "", `what tar says of ${path}`);
  const listing = stdout.split("\n").slice(0, -1);
  return { diffId: `sha256:${await sha256sum(tar)}`, listing };
}

/** Two blocks of zeros end a tar; GNU tar itself bears their absence. */
async function checkEnd(tar: string): Promise<void> {
  using file = await Deno.open(tar);
  const { size } = await file.stat();
  assert.ok(size >= 1024 && size % 512 === 0, `${size} bytes are no whole tar`);
  const end = new Uint8Array(1024);
  await file.seek(-1024, Deno.SeekMode.End);
  await file.read(end);
  assert.ok(end.every((byte) => byte === 0), "two blocks of zeros end the tar");
}

async function unpackTo(path: string, target: string, mediaType: string): Promise<void> {
  const program = mediaType.endsWith("gzip")
    ? "gzip -dc"
    : mediaType.endsWith("zstd")
    ? "zstd -dcq"
    : "cat";
  await run("sh", ["-c", `${program} < "$1" > "$2"`, "sh", path, target]);
}

interface ImageBlobs {
  readonly descriptor: FoundDescriptor;
  readonly layers: readonly FoundDescriptor[];
}

async function unpackTree(layout: string, { descriptor, layers }: ImageBlobs): Promise<Tree> {
  await using single = layers.some(({ mediaType }) => mediaType.endsWith("zstd"))
    ? await plainLayout(layout, descriptor)
    : await singleLayout(layout, descriptor);
  await using bundle = await temporaryFolder();
  const target = join(bundle.path, "bundle");
  await run("umoci", ["unpack", "--image", `${single.path}:image`, target]);
  return readTree(join(target, "rootfs"));
}

/** The image with gzip layers, for a umoci that does not know zstd. */
async function plainLayout(layout: string, descriptor: FoundDescriptor) {
  await using single = await singleLayout(layout, descriptor);
  const folder = await temporaryFolder();
  await run("skopeo", [
    ...["copy", "--quiet", "--dest-compress", "--dest-compress-format=gzip"],
    ...[`oci:${single.path}:image`, `oci:${folder.path}:image`],
  ]);
  return folder;
}

// deno-lint-ignore no-explicit-any
async function readJson(layout: string, digest: string): Promise<any> {
  return JSON.parse(await Deno.readTextFile(blobPath(layout, digest)));
}

function blobPath(layout: string, digest: string): string {
  assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  return join(layout, "blobs/sha256", digest.slice("sha256:".length));
}

async function sha256sum(path: string): Promise<string> {
  return (await run("sha256sum", ["--binary", path])).stdout.slice(0, 64);
}
