import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { collect, concat, streamOf } from "../../src/bytes/mod.ts";
import { decompressing } from "../../src/compression/mod.ts";
import { codecOf } from "../../src/oci/mod.ts";
import { LAYERS_LABEL } from "../../src/plan/mod.ts";
import { readTar, type TarEntry, type TarMember, tarSegments } from "../../src/tar/mod.ts";
import { blobPath, changeImage, readImage } from "./change_image.ts";

/** Content as it stands in the tar. */
export interface EntryContent {
  readonly size: number;
  readonly bytes: Uint8Array;
}

export type ChangedEntry = TarEntry<EntryContent>;

/** Changes the entries of a layer. */
export type ChangeEntries = (entries: readonly ChangedEntry[]) => readonly ChangedEntry[];

/**
 * Changes a layer of the only image of a layout, which is found by the beginning of its step in the
 * history. Digests, sizes, diffIds and labels stay right: nothing but its content says it.
 */
export async function changeLayer(
  layout: string,
  step: string,
  change: ChangeEntries,
): Promise<void> {
  const { manifest, at } = await findLayer(layout, step);
  const tar = tarOf(change(await readEntries(layout, manifest.layers[at])));
  const blob = gzipSync(tar);
  const digest = digestOf(blob);
  await writeFile(blobPath(layout, digest), blob);
  await changeImage(layout, ({ manifest, config }) => {
    const mediaType = "application/vnd.oci.image.layer.v1.tar+gzip";
    Object.assign(manifest.layers[at], { mediaType, digest, size: blob.length });
    const diffId = digestOf(tar);
    const { Labels } = config.config;
    Labels[LAYERS_LABEL] = Labels[LAYERS_LABEL].replace(config.rootfs.diff_ids[at], diffId);
    config.rootfs.diff_ids[at] = diffId;
  });
}

/** The entries of a layer, which is found as {@linkcode changeLayer} finds it. */
export async function layerEntries(
  layout: string,
  step: string,
): Promise<readonly ChangedEntry[]> {
  const { manifest, at } = await findLayer(layout, step);
  return await readEntries(layout, manifest.layers[at]);
}

/** Packs a layer of the image otherwise, and has nothing but the manifest say it. */
export async function repackLayer(layout: string, at: number, level: number): Promise<void> {
  const { manifest } = await readImage(layout);
  const { digest } = manifest.layers[at];
  const packed = gzipSync(gunzipSync(await readFile(blobPath(layout, digest))), { level });
  const descriptor = { digest: digestOf(packed), size: packed.length };
  await writeFile(blobPath(layout, descriptor.digest), packed);
  await changeImage(layout, ({ manifest }) => void Object.assign(manifest.layers[at], descriptor));
}

async function findLayer(layout: string, step: string) {
  const { manifest, config } = await readImage(layout);
  const at = config.history
    .filter((one: { empty_layer?: boolean }) => one.empty_layer !== true)
    .findIndex((one: { created_by: string }) => one.created_by.startsWith(step));
  if (at < 0) throw new RangeError(`expected a layer of "${step}", found none`);
  return { manifest, at };
}

/** Changes fields of the only entry of a path. */
export function changeEntry(path: string, fields: ChangedFields): ChangeEntries {
  return changeOne(path, (entry) => ({ ...entry, ...fields } as ChangedEntry));
}

type ChangedFields = Partial<Pick<ChangedEntry, "mtime" | "owner">> & {
  readonly mode?: number;
  readonly target?: string;
};

/** Changes the content of the only file of a path. */
export function changeContent(
  path: string,
  change: (bytes: Uint8Array) => Uint8Array,
): ChangeEntries {
  return changeOne(path, (entry) => {
    if (entry.type !== "file") throw new TypeError(`expected a file "${path}"`);
    const bytes = change(entry.content.bytes.slice());
    return { ...entry, content: { size: bytes.length, bytes } };
  });
}

function changeOne(
  path: string,
  change: (entry: ChangedEntry) => ChangedEntry,
): ChangeEntries {
  return (entries) => {
    const count = entries.filter((entry) => entry.path === path).length;
    if (count !== 1) throw new RangeError(`expected one entry "${path}", found ${count}`);
    return entries.map((entry) => entry.path === path ? change(entry) : entry);
  };
}

/** A file of root's. */
export function fileEntry(path: string, text: string): ChangedEntry {
  const bytes = new TextEncoder().encode(text);
  return {
    ...{ type: "file", path, owner: { uid: 0, gid: 0 }, mode: 0o644, mtime: 0 },
    content: { size: bytes.length, bytes },
  };
}

async function readEntries(
  layout: string,
  { digest, mediaType }: { readonly digest: string; readonly mediaType: string },
): Promise<readonly ChangedEntry[]> {
  const stored = streamOf(await readFile(blobPath(layout, digest)));
  return await Array.fromAsync(
    readTar(decompressing(codecOf(mediaType)!, stored)),
    asEntry,
  );
}

async function asEntry(member: TarMember): Promise<ChangedEntry> {
  const { path, mode, mtime, uid, gid } = member;
  const common = { path, mode, mtime, owner: { uid, gid } };
  if (member.type === "directory") return { ...common, type: member.type };
  if (member.type === "symlink" || member.type === "hardlink") {
    return { ...common, type: member.type, target: member.target };
  }
  if (member.type !== "file") throw new TypeError(`expected no ${member.type} in a layer of ours`);
  const bytes = await collect(member.content, Infinity);
  return { ...common, type: "file", content: { size: bytes.length, bytes } };
}

function tarOf(entries: readonly ChangedEntry[]): Uint8Array {
  const segments = [...tarSegments(entries)];
  return concat(segments.map((one) => one instanceof Uint8Array ? one.slice() : one.bytes));
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
