import type { Descriptor } from "./descriptor.ts";
import { isDigest } from "./digest.ts";
import { isIndexType, isManifestType, MEDIA_TYPES } from "./media_type.ts";
import type { Platform } from "./platform.ts";

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md */
export interface Index {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** JSON as it is stored: compact, keys in the order of the object, no line feed at the end. */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

/**
 * Reads a manifest or an index. Its media type is its own field's, else `mediaType`, which is the
 * one that its descriptor or the registry's answer gave.
 *
 * @throws {SyntaxError} when it is neither, or a field has not the form that the specification says.
 */
export function parseManifest(bytes: Uint8Array, mediaType?: string): Manifest | Index {
  const value = parseObject(bytes);
  if (value.schemaVersion === 1) {
    throw new SyntaxError(
      `Docker's image format of schema 1 is not supported, push the image again with a current engine`,
    );
  }
  if (value.schemaVersion !== 2) {
    throw new SyntaxError(
      `expected "schemaVersion" 2, found ${JSON.stringify(value.schemaVersion)}`,
    );
  }
  const type = typeof value.mediaType === "string"
    ? value.mediaType
    : mediaType ?? (Array.isArray(value.manifests) ? MEDIA_TYPES.index : MEDIA_TYPES.manifest);
  const annotations = parseAnnotations(value.annotations);
  if (isIndexType(type)) {
    if (!Array.isArray(value.manifests)) throw new SyntaxError(`expected a list "manifests"`);
    const manifests = value.manifests.map((item, i) => parseDescriptor(item, `manifests[${i}]`));
    return { schemaVersion: 2, mediaType: type, manifests, ...annotations };
  }
  if (isManifestType(type)) {
    if (!Array.isArray(value.layers)) throw new SyntaxError(`expected a list "layers"`);
    return {
      schemaVersion: 2,
      mediaType: type,
      config: parseDescriptor(value.config, "config"),
      layers: value.layers.map((item, i) => parseDescriptor(item, `layers[${i}]`)),
      ...annotations,
    };
  }
  throw new SyntaxError(`expected the media type of an image manifest or index, found "${type}"`);
}

export function isIndex(value: Manifest | Index): value is Index {
  return "manifests" in value;
}

/** @throws {SyntaxError} when the bytes are not UTF-8 JSON of an object. */
export function parseObject(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new SyntaxError(`expected JSON, found ${JSON.stringify(beginning(bytes))}`, {
      cause: error,
    });
  }
  if (!isObject(value)) throw new SyntaxError(`expected a JSON object`);
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function beginning(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 40));
}

function parseDescriptor(value: unknown, name: string): Descriptor {
  if (!isObject(value)) throw new SyntaxError(`expected a descriptor "${name}"`);
  if (typeof value.mediaType !== "string") {
    throw new SyntaxError(`expected a text "${name}.mediaType"`);
  }
  if (!isDigest(value.digest)) {
    throw new SyntaxError(
      `expected a sha256 digest "${name}.digest", found ${JSON.stringify(value.digest)}`,
    );
  }
  if (!Number.isSafeInteger(value.size) || (value.size as number) < 0) {
    throw new SyntaxError(
      `expected a size in bytes "${name}.size", found ${JSON.stringify(value.size)}`,
    );
  }
  const platform = parsePlatform(value.platform);
  return {
    mediaType: value.mediaType,
    digest: value.digest,
    size: value.size as number,
    ...parseAnnotations(value.annotations),
    ...(platform === undefined ? {} : { platform }),
    ...(typeof value.artifactType === "string" ? { artifactType: value.artifactType } : {}),
  };
}

function parsePlatform(value: unknown): Platform | undefined {
  if (!isObject(value)) return undefined;
  const { os, architecture, variant } = value;
  if (typeof os !== "string" || typeof architecture !== "string") return undefined;
  return { os, architecture, ...(typeof variant === "string" ? { variant } : {}) };
}

function parseAnnotations(value: unknown): { annotations?: Record<string, string> } {
  if (!isObject(value)) return {};
  const texts = Object.entries(value).filter((entry): entry is [string, string] =>
    typeof entry[1] === "string"
  );
  return { annotations: Object.fromEntries(texts) };
}
