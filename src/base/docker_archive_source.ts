import { basename } from "node:path";
import { Measure } from "../bytes/mod.ts";
import type { PackedCodec } from "../compression/mod.ts";
import {
  type BlobFile,
  type BlobOptions,
  type Descriptor,
  type Digest,
  digestOf,
  encodeJson,
  isDigest,
  isObject,
  measuredDigest,
  MEDIA_TYPES,
  parseImageConfig,
} from "../oci/mod.ts";
import { type Archive, ArchiveStore, firstOf, MemoryStore } from "../store/mod.ts";
import { chosenName, parseLocalName } from "./local_name.ts";
import { codecAt, openArchive } from "./open_archive.ts";
import type { BaseSource } from "./origin.ts";
import { pickImage } from "./pick_image.ts";

const METADATA_LIMIT = 16 * 1024 * 1024;

const LAYER_TYPES: Readonly<Record<PackedCodec, string>> = {
  none: MEDIA_TYPES.layer,
  gzip: MEDIA_TYPES.layerGzip,
  zstd: MEDIA_TYPES.layerZstd,
};

/**
 * An image that `docker save` wrote, or another tool in its form: `docker-archive:file[:tag]`. The
 * archive has no manifest of OCI's kind, so one is made of its layers as they lie there.
 * https://github.com/moby/moby/blob/v27.0.0/image/spec/spec.md
 */
export const dockerArchiveSource: BaseSource = async (name, options) => {
  const local = parseLocalName(name.slice("docker-archive:".length));
  const archive = await openArchive(local.path, options);
  const images = await readImages(archive);
  const [image] = pickImage(images, {
    name,
    tag: local.tag,
    namesOf: ({ repoTags }) => repoTags,
    areOne: () => false,
  });
  const configBytes = await readConfig(archive, image.config);
  const diffIds = parseImageConfig(configBytes).rootfs.diff_ids;
  if (diffIds.length !== image.layers.length) {
    throw new SyntaxError(
      `expected ${diffIds.length} layers as in the image's config, found ${image.layers.length}`,
    );
  }
  const layers: Descriptor[] = [];
  const places = new Map<Digest, BlobFile>();
  for (const [i, path] of image.layers.entries()) {
    const file = fileOf(archive, path);
    const codec = await codecAt(file.path, file);
    const digest = await digestOfLayer(archive, { path, codec, diffId: diffIds[i]!, ...options });
    layers.push({ mediaType: LAYER_TYPES[codec], digest, size: file.size });
    places.set(digest, file);
  }
  const made = new MemoryStore();
  const config = made.add(configBytes, MEDIA_TYPES.config);
  const root = made.add(
    encodeJson({ schemaVersion: 2, mediaType: MEDIA_TYPES.manifest, config, layers }),
    MEDIA_TYPES.manifest,
  );
  return {
    referenceName: chosenName(image.repoTags, local) ?? basename(local.path),
    roots: [root],
    isPublished: false,
    blobs: firstOf(made, new ArchiveStore(places)),
  };
};

/** An image of the archive's manifest.json: paths in the archive. */
interface DockerImage {
  readonly config: string;
  readonly layers: readonly string[];
  readonly repoTags: readonly string[];
}

async function readImages(archive: Archive): Promise<readonly DockerImage[]> {
  const bytes = await archive.read("manifest.json", METADATA_LIMIT);
  if (bytes === undefined) {
    const isLayout = archive.file("index.json") !== undefined;
    throw new SyntaxError(
      `expected a file "manifest.json" in the archive, ` +
        (isLayout ? `name it "oci-archive:…"` : `use an archive that \`docker save\` wrote`),
    );
  }
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!Array.isArray(value)) throw new SyntaxError(`expected a list in "manifest.json"`);
  return value.map(parseImage);
}

function parseImage(value: unknown): DockerImage {
  const { Config, Layers, RepoTags } = isObject(value) ? value : {};
  const isText = (item: unknown) => typeof item === "string";
  if (typeof Config !== "string" || !Array.isArray(Layers) || !Layers.every(isText)) {
    throw new SyntaxError(`expected "Config" and a list "Layers" in "manifest.json"`);
  }
  return {
    config: Config,
    layers: Layers,
    repoTags: Array.isArray(RepoTags) ? RepoTags.filter(isText) : [],
  };
}

async function readConfig(archive: Archive, path: string): Promise<Uint8Array> {
  const bytes = await archive.read(path, METADATA_LIMIT);
  if (bytes === undefined) throw new SyntaxError(`expected the config "${path}" in the archive`);
  const named = digestIn(path);
  const found = digestOf(bytes);
  if (named !== undefined && named !== found) {
    throw new SyntaxError(`the config "${path}" is damaged: it has the digest ${found}`);
  }
  return bytes;
}

function fileOf(archive: Archive, path: string): BlobFile {
  const file = archive.file(path);
  if (file === undefined) throw new SyntaxError(`expected the layer "${path}" in the archive`);
  return file;
}

interface LayerOptions extends BlobOptions {
  readonly path: string;
  readonly codec: PackedCodec;
  readonly diffId: Digest;
}

/** What is only said of a digest is verified whenever the layer is read. */
async function digestOfLayer(
  archive: Archive,
  { path, codec, diffId, signal }: LayerOptions,
): Promise<Digest> {
  const said = codec === "none" ? diffId : digestIn(path);
  if (said !== undefined) return said;
  const measure = new Measure();
  for await (const chunk of await archive.open(path)) {
    signal?.throwIfAborted();
    measure.update(chunk);
  }
  return measuredDigest(measure.finish());
}

/** Of `blobs/sha256/<hex>`, `sha256:<hex>` and the `<hex>.json` of a config. */
function digestIn(path: string): Digest | undefined {
  const match = /^(?:blobs\/sha256\/([^/]+)|sha256:([^/]+)|([^/]+)\.json)$/.exec(path);
  const digest = match && `sha256:${match[1] ?? match[2] ?? match[3]}`;
  return isDigest(digest) ? digest : undefined;
}
