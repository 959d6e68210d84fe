import { createHash } from "node:crypto";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type RawMember, rawTar } from "../tar/raw_tar.ts";

/** The tag of the only image of every base that tests make. */
export const BASE_TAG = "base";

/** The config that images of distributions have. */
export const COMMON_CONFIG = {
  Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  Cmd: ["bash"],
} as const;

/** One entry of a layer that a test makes; `type` is tar's own letter, a file by default. */
export interface LayerEntry {
  readonly path: string;
  /** `0` file, `1` hard link, `2` symlink, `3` and `4` devices, `5` folder, `6` fifo. */
  readonly type?: "0" | "1" | "2" | "3" | "4" | "5" | "6";
  /** 0755 for folders, 0777 for symlinks, else 0644. */
  readonly mode?: number;
  readonly owner?: readonly [uid: number, gid: number];
  readonly mtime?: number;
  readonly content?: string | Uint8Array;
  readonly target?: string;
}

/** How one layer is stored. */
export interface LayerSpec {
  readonly tar: Uint8Array<ArrayBuffer>;
  /** `gzip` by default. */
  readonly codec?: "gzip" | "zstd" | "none";
}

/** An image that a test makes. */
export interface ImageSpec {
  readonly layers: readonly LayerSpec[];
  /** The config's own `config`: Entrypoint, Env and so on. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** amd64 by default. */
  readonly architecture?: string;
}

/** A descriptor as it is stored. */
export interface StoredDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const OCI = "application/vnd.oci.image";
const LAYER = `${OCI}.layer.v1.tar`;

/** A layer's tar, written by hand, with the time 1600000000 where an entry names none. */
export function layerOf(entries: readonly LayerEntry[]): LayerSpec {
  return { tar: new Uint8Array(rawTar(...entries.map(memberOf))) };
}

/** Writes an OCI layout with one image of the tag {@linkcode BASE_TAG}. */
export async function writeLayout(folder: string, image: ImageSpec): Promise<void> {
  await writeIndex(folder, await writeImage(folder, image));
}

/**
 * Writes an OCI layout whose tag is an index of several images, with an attestation among them, as
 * build tools leave it.
 */
export async function writeMultiLayout(
  folder: string,
  images: readonly ImageSpec[],
): Promise<void> {
  const manifests: StoredDescriptor[] = [];
  for (const image of images) {
    const descriptor = await writeImage(folder, image);
    manifests.push({
      ...descriptor,
      platform: { os: "linux", architecture: image.architecture ?? "amd64" },
    });
  }
  const attestation = await writeImage(folder, { layers: [], architecture: "unknown" });
  manifests.unshift({
    ...attestation,
    platform: { os: "unknown", architecture: "unknown" },
    annotations: { "vnd.docker.reference.type": "attestation-manifest" },
  });
  const mediaType = `${OCI}.index.v1+json`;
  await writeIndex(folder, await writeJson(folder, { schemaVersion: 2, mediaType, manifests }));
}

/** Stores an image's blobs and returns its manifest's descriptor. */
export async function writeImage(folder: string, image: ImageSpec): Promise<StoredDescriptor> {
  const { architecture = "amd64" } = image;
  await Deno.mkdir(join(folder, "blobs/sha256"), { recursive: true });
  const layers: StoredDescriptor[] = [];
  const diffIds: string[] = [];
  for (const { tar, codec = "gzip" } of image.layers) {
    const suffix = codec === "none" ? "" : `+${codec}`;
    layers.push(await writeBlob(folder, pack(tar, codec), LAYER + suffix));
    diffIds.push(digestOf(tar));
  }
  const config = await writeJson(folder, {
    created: "2026-01-01T00:00:00Z",
    mediaType: `${OCI}.config.v1+json`,
    architecture,
    os: "linux",
    config: image.config ?? {},
    rootfs: { type: "layers", diff_ids: diffIds },
    history: diffIds.map((_, i) => ({
      created: "2026-01-01T00:00:00Z",
      created_by: `base layer ${i}`,
    })),
  });
  const mediaType = `${OCI}.manifest.v1+json`;
  return await writeJson(folder, { schemaVersion: 2, mediaType, config, layers });
}

async function writeIndex(folder: string, descriptor: StoredDescriptor): Promise<void> {
  const annotations = { "org.opencontainers.image.ref.name": BASE_TAG };
  const index = { schemaVersion: 2, manifests: [{ ...descriptor, annotations }] };
  await Deno.writeTextFile(join(folder, "oci-layout"), `{"imageLayoutVersion":"1.0.0"}`);
  await Deno.writeTextFile(join(folder, "index.json"), JSON.stringify(index));
}

async function writeJson(
  folder: string,
  { mediaType, ...value }: { mediaType: string } & Record<string, unknown>,
): Promise<StoredDescriptor> {
  const document = mediaType.includes("config") ? value : { ...value, mediaType };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  return await writeBlob(folder, bytes, mediaType);
}

async function writeBlob(
  folder: string,
  bytes: Uint8Array<ArrayBuffer>,
  mediaType: string,
): Promise<StoredDescriptor> {
  const digest = digestOf(bytes);
  await Deno.writeFile(join(folder, "blobs", digest.replace(":", "/")), bytes);
  return { mediaType, digest, size: bytes.length };
}

function pack(tar: Uint8Array<ArrayBuffer>, codec: "gzip" | "zstd" | "none") {
  if (codec === "none") return tar;
  return new Uint8Array(codec === "gzip" ? gzipSync(tar, { level: 5 }) : zstdCompressSync(tar));
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function memberOf(entry: LayerEntry): RawMember {
  const { path, type = "0", owner = [0, 0], mtime = 1_600_000_000, content, target } = entry;
  const mode = entry.mode ?? (type === "5" ? 0o755 : type === "2" ? 0o777 : 0o644);
  const [name, prefix] = splitName(type === "5" ? `${path}/` : path);
  return {
    name,
    prefix,
    typeflag: type,
    mode: octal(mode, 7),
    uid: octal(owner[0], 7),
    gid: octal(owner[1], 7),
    mtime: octal(mtime, 11),
    ...(target === undefined ? {} : { linkname: target }),
    ...(content === undefined ? {} : { content }),
  };
}

/** ustar has 100 bytes for a name, and 155 for the folders before it. */
function splitName(path: string): readonly [name: string, prefix: string] {
  const length = (text: string) => new TextEncoder().encode(text).length;
  if (length(path) <= 100) return [path, ""];
  const slash = [...path.matchAll(/\/(?=.)/g)].map(({ index }) => index)
    .find((index) => length(path.slice(index + 1)) <= 100);
  if (slash === undefined || length(path.slice(0, slash)) > 155) {
    throw new RangeError(`failed to name "${path}" in a tar by hand: it is too long`);
  }
  return [path.slice(slash + 1), path.slice(0, slash)];
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}
