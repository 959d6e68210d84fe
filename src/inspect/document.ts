import type { TreeNode } from "../base/mod.ts";
import type { ImagePart, InspectedLayer, Inspection } from "./inspection.ts";

/** Options of {@linkcode inspectionDocument}. */
export interface DocumentOptions {
  /** Whether every file is listed. */
  readonly files: boolean;
}

/** What an image is, for programs: `inspect --json`. Sizes are in bytes. */
export function inspectionDocument(
  inspection: Inspection,
  { files }: DocumentOptions,
): Record<string, unknown> {
  const { name, references, manifest, platform, created, config, catalog, rccVersion } = inspection;
  const { layers, tree, faults } = inspection;
  return {
    name,
    references,
    digest: manifest?.digest,
    mediaType: manifest?.mediaType,
    platform,
    created,
    config,
    catalog,
    rccVersion,
    totalSize: layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
    parts: partSizes(layers),
    layers: layers.map(({ part, descriptor, diffId, tarSize, entries, createdBy }) => ({
      part,
      digest: descriptor.digest,
      mediaType: descriptor.mediaType,
      size: descriptor.size,
      diffId,
      tarSize,
      entries,
      createdBy,
    })),
    faults,
    files: files ? [...tree.entries()].slice(1).map(fileOf) : undefined,
  };
}

/** Packed bytes of each part of the image. */
function partSizes(layers: readonly InspectedLayer[]): Partial<Record<ImagePart, number>> {
  const sizes: Partial<Record<ImagePart, number>> = {};
  for (const { part, descriptor } of layers) sizes[part] = (sizes[part] ?? 0) + descriptor.size;
  return sizes;
}

function fileOf([path, node]: readonly [string, TreeNode]): Record<string, unknown> {
  const { type, mode, uid, gid, mtime } = node;
  return {
    path: `/${path}`,
    type,
    mode: mode.toString(8).padStart(4, "0"),
    uid,
    gid,
    mtime,
    ...(node.type === "file" ? { size: node.size } : {}),
    ...(node.type === "symlink" ? { target: node.target } : {}),
  };
}
