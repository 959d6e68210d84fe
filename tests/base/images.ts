import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { streamOf } from "../../src/bytes/mod.ts";
import { type Base, type BaseSource, openBase, type Tree } from "../../src/base/mod.ts";
import {
  type BlobStore,
  type Descriptor,
  digestOf,
  encodeJson,
  hexOf,
  MEDIA_TYPES,
} from "../../src/oci/mod.ts";
import type { Codec } from "../../src/oci/media_type.ts";
import { MemoryStore, OciLayout } from "../../src/store/mod.ts";
import { bytesOf, type RawMember, rawTar } from "../tar/raw_tar.ts";

export const AMD64 = { os: "linux", architecture: "amd64" };
export const ARM64 = { os: "linux", architecture: "arm64", variant: "v8" };

const LAYER_TYPES: Readonly<Record<Codec, string>> = {
  none: MEDIA_TYPES.layer,
  gzip: MEDIA_TYPES.layerGzip,
  zstd: MEDIA_TYPES.layerZstd,
};

export function dir(name: string, mode = "0000755\0"): RawMember {
  return { name: `${name}/`, typeflag: "5", mode };
}

export function file(name: string, content: string | Uint8Array = ""): RawMember {
  return { name, content };
}

export function symlink(name: string, linkname: string): RawMember {
  return { name, typeflag: "2", linkname, mode: "0000777\0" };
}

export function hardlink(name: string, linkname: string): RawMember {
  return { name, typeflag: "1", linkname };
}

/** Options of {@linkcode makeImage}. */
export interface ImageSpec {
  /** The members of each layer, lowest first, or its tar. */
  readonly layers?: readonly (readonly RawMember[] | Uint8Array)[];
  readonly codec?: Codec;
  readonly platform?: { readonly os: string; readonly architecture: string };
  /** What the config says beside the platform and the layers. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Replaces what would be right. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly diffIds?: readonly string[];
}

/** An image whose blobs are in a store. */
export interface MadeImage {
  /** Of the manifest. */
  readonly root: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly diffIds: readonly string[];
  readonly tars: readonly Uint8Array[];
}

/** Puts an image into a store. */
export async function makeImage(store: BlobStore, spec: ImageSpec = {}): Promise<MadeImage> {
  const { codec = "gzip", platform = AMD64 } = spec;
  const tars = (spec.layers ?? []).map((layer) =>
    layer instanceof Uint8Array ? layer : rawTar(...layer)
  );
  const layers: Descriptor[] = [];
  for (const tar of tars) layers.push(await putBytes(store, pack(codec, tar), LAYER_TYPES[codec]));
  const diffIds = spec.diffIds ?? tars.map(digestOf);
  const config = await putBytes(
    store,
    encodeJson({ ...platform, rootfs: { type: "layers", diff_ids: diffIds }, ...spec.config }),
    MEDIA_TYPES.config,
  );
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers };
  const bytes = encodeJson({ ...manifest, ...spec.manifest });
  const root = await putBytes(store, bytes, MEDIA_TYPES.manifest);
  return { root, config, layers, diffIds, tars };
}

/** Puts an index of images into a store. */
export async function makeIndex(
  store: BlobStore,
  manifests: readonly Descriptor[],
): Promise<Descriptor> {
  const bytes = encodeJson({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests });
  return await putBytes(store, bytes, MEDIA_TYPES.index);
}

export function pack(codec: Codec, bytes: Uint8Array): Uint8Array {
  if (codec === "none") return bytes;
  return new Uint8Array(codec === "gzip" ? gzipSync(bytes) : zstdCompressSync(bytes));
}

export function putBytes(
  store: BlobStore,
  bytes: Uint8Array,
  mediaType: string,
): Promise<Descriptor> {
  return store.put(streamOf(bytes), mediaType);
}

/** A source that has one image in memory, whatever it is asked for. */
export function memorySource(
  blobs: BlobStore,
  ...roots: [Descriptor, ...Descriptor[]]
): BaseSource {
  return () => Promise.resolve({ referenceName: "memory", roots, isPublished: true, blobs });
}

/** Opens an image of layers that are given as members. */
export async function openLayers(
  ...layers: readonly (readonly RawMember[] | Uint8Array)[]
): Promise<Base> {
  const store = new MemoryStore();
  const { root } = await makeImage(store, { layers, codec: "none" });
  return await openBase("memory", { registry: memorySource(store, root) });
}

/** What stands at each path, as one line each: `d 755 etc`, `f 644 etc/passwd 4`, `l bin usr/bin`. */
export function listTree(tree: Tree): readonly string[] {
  return [...tree.entries()].filter(([path]) => path !== "").map(([path, node]) => {
    const mode = node.mode.toString(8);
    switch (node.type) {
      case "file":
        return `f ${mode} ${path} ${node.size}`;
      case "symlink":
        return `l ${path} ${node.target}`;
      case "directory":
        return `d ${mode} ${path}`;
      default:
        return `${node.type} ${mode} ${path}`;
    }
  });
}

/** An OCI image layout in a folder, with images by their names. */
export async function makeLayout(
  path: string,
  images: Readonly<Record<string, ImageSpec>>,
): Promise<Readonly<Record<string, MadeImage>>> {
  const layout = await OciLayout.openOrCreate(path);
  const made: Record<string, MadeImage> = {};
  for (const [name, spec] of Object.entries(images)) {
    made[name] = await makeImage(layout, spec);
    await addToLayout(layout, made[name].root, name);
  }
  return made;
}

export async function addToLayout(
  layout: OciLayout,
  root: Descriptor,
  name: string,
): Promise<void> {
  const annotations = { "org.opencontainers.image.ref.name": name };
  await layout.addManifests([name === "" ? root : { ...root, annotations }]);
}

/** The path of a blob in a layout. */
export function blobPath(layout: string, { digest }: Descriptor): string {
  return join(layout, "blobs", "sha256", hexOf(digest));
}

/** An archive of a layout's files, as `tar -c` makes it. */
export async function archiveLayout(path: string): Promise<Uint8Array> {
  const members: RawMember[] = [];
  for (const name of ["oci-layout", "index.json"]) {
    members.push({ name, content: await Deno.readFile(join(path, name)) });
  }
  for await (const { name } of Deno.readDir(join(path, "blobs", "sha256"))) {
    const content = await Deno.readFile(join(path, "blobs", "sha256", name));
    members.push({ name: `blobs/sha256/${name}`, content });
  }
  return rawTar(...members);
}

/** The failure that opening a base ends with. */
export async function failureOf(
  opening: Promise<unknown>,
): Promise<{ id: string; message: string }> {
  try {
    await opening;
  } catch (error) {
    const { id, message } = error as { id?: string; message: string };
    if (id === undefined) throw error;
    return { id, message };
  }
  throw new Error("expected a failure, found a base");
}

export { bytesOf };
