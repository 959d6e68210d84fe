import { isatty } from "node:tty";
import { Failure } from "../failure/mod.ts";
import { findTarget } from "../files/mod.ts";
import type { Image, InlineBlob, StoredBlob } from "../image/mod.ts";
import { type Digest, encodeJson, formatReference, hexOf, MEDIA_TYPES } from "../oci/mod.ts";
import { type TarEntry, tarSegments } from "../tar/mod.ts";
import { imageBlobs, namedManifests } from "./image_files.ts";
import { type Output, type StagedImage, type WriteOptions, writeStaged } from "./output.ts";
import { stageFile } from "./staged_file.ts";
import { requireWritableFile } from "./writable.ts";

/** Entries need a time: 1980-01-01, so that the same image is the same archive. */
const FIXED_TIME = 315532800;

/**
 * Writes one tarball that is an OCI image layout and has docker's manifest.json as well, pointing
 * into the same blobs: docker, podman, containerd and skopeo load it.
 */
export function archiveOutput(path: string): Output {
  const stage = async (image: Image, options: WriteOptions = {}): Promise<StagedImage> => {
    const { kind } = await findTarget(path);
    const staged = await stageFile(path, archiveBytes(image, options), {
      ...options,
      what: WHAT,
    });
    return {
      written: kind === "file" ? [{ kind: "archive", where: path }] : [],
      commit: () => staged.commit(),
      [Symbol.asyncDispose]: () => staged[Symbol.asyncDispose](),
    };
  };
  return {
    async prepare() {
      await requireWritableFile(path, WHAT);
      await requireNoTerminal(path);
    },
    stage,
    write: (image, options) => writeStaged(stage(image, options)),
  };
}

const WHAT = "image archive";

/** Nobody reads an archive there. */
async function requireNoTerminal(path: string): Promise<void> {
  const target = await findTarget(path);
  if (target.kind !== "stream" || !isatty(target.descriptor ?? -1)) return;
  throw new Failure(
    "usage/option",
    `failed to write ${WHAT} "${path}": it is a terminal, redirect it or name a file`,
  );
}

/** Options of {@linkcode archiveBytes}. */
export interface ArchiveBytesOptions {
  readonly signal?: AbortSignal | undefined;
  /** Layers that the archive names and does not have: for an engine that has them. */
  readonly without?: ReadonlySet<Digest>;
}

/** The archive's bytes. Blobs are verified while they pass. */
export async function* archiveBytes(
  image: Image,
  { signal, without = new Set() }: ArchiveBytesOptions = {},
): AsyncGenerator<Uint8Array> {
  for (const segment of tarSegments(archiveEntries(image, without))) {
    if (segment instanceof Uint8Array) yield segment;
    else if ("bytes" in segment) yield segment.bytes;
    else yield* await openBlob(segment, signal);
  }
}

function openBlob(
  { blobs, descriptor, checksums }: StoredBlob,
  signal: AbortSignal | undefined,
): Promise<ReadableStream<Uint8Array>> {
  return blobs.open(descriptor, {
    ...(signal === undefined ? {} : { signal }),
    ...(checksums === undefined ? {} : { checksums }),
  });
}

type ArchiveContent = { readonly size: number } & (StoredBlob | Pick<InlineBlob, "bytes">);

function archiveEntries(
  image: Image,
  without: ReadonlySet<Digest>,
): readonly TarEntry<ArchiveContent>[] {
  return [
    file("index.json", inline(encodeJson(indexOf(image)))),
    file("manifest.json", inline(encodeJson(dockerManifest(image)))),
    file("oci-layout", inline(encodeJson({ imageLayoutVersion: "1.0.0" }))),
    folder("blobs"),
    folder("blobs/sha256"),
    ...imageBlobs(image).filter(({ descriptor }) => !without.has(descriptor.digest)).map((blob) =>
      file(blobName(blob), { ...blob, size: blob.descriptor.size })
    ),
  ];
}

function indexOf(image: Image) {
  return { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: namedManifests(image) };
}

/** https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format */
function dockerManifest(image: Image) {
  return [{
    Config: blobName(image.config),
    RepoTags: image.tags.map(formatReference),
    Layers: image.layers.map(blobName),
  }];
}

function blobName({ descriptor }: StoredBlob | InlineBlob): string {
  return `blobs/sha256/${hexOf(descriptor.digest)}`;
}

function inline(bytes: Uint8Array) {
  return { bytes, size: bytes.length };
}

const COMMON = { owner: { uid: 0, gid: 0 }, mtime: FIXED_TIME };

function file(path: string, content: ArchiveContent): TarEntry<ArchiveContent> {
  return { ...COMMON, type: "file", path, mode: 0o644, content };
}

function folder(path: string): TarEntry<ArchiveContent> {
  return { ...COMMON, type: "directory", path, mode: 0o755 };
}
