import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What of an image may be changed: its manifest and config as JSON. */
// deno-lint-ignore no-explicit-any
export type ChangeImage = (image: { manifest: any; config: any }) => void;

/** Changes the only image of a layout; digests and sizes of manifest and config stay right. */
export async function changeImage(layout: string, change: ChangeImage): Promise<void> {
  const { index, manifest, config } = await readImage(layout);
  const [descriptor] = index.manifests;
  change({ manifest, config });
  Object.assign(manifest.config, await writeBlob(layout, config));
  Object.assign(descriptor, await writeBlob(layout, manifest));
  await writeFile(join(layout, "index.json"), JSON.stringify(index));
}

/** The only image of a layout, and the index that names it. */
export async function readImage(layout: string) {
  const index = await readJson(join(layout, "index.json"));
  const manifest = await readJson(blobPath(layout, index.manifests[0].digest));
  return { index, manifest, config: await readJson(blobPath(layout, manifest.config.digest)) };
}

/** Where a layout has a blob. */
export function blobPath(layout: string, digest: string): string {
  return join(layout, "blobs", digest.replace(":", "/"));
}

/** Puts a text in the place of the config, as it is. */
export async function replaceConfig(layout: string, text: string): Promise<void> {
  const config = await writeText(layout, text);
  const index = await readJson(join(layout, "index.json"));
  const manifest = await readJson(blobPath(layout, index.manifests[0].digest));
  Object.assign(manifest.config, config);
  Object.assign(index.manifests[0], await writeBlob(layout, manifest));
  await writeFile(join(layout, "index.json"), JSON.stringify(index));
}

async function writeBlob(layout: string, value: unknown) {
  return await writeText(layout, JSON.stringify(value));
}

async function writeText(layout: string, text: string) {
  const bytes = new TextEncoder().encode(text);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  await writeFile(blobPath(layout, digest), bytes);
  return { digest, size: bytes.length };
}

async function readJson(path: string) {
  return JSON.parse(await readFile(path, "utf8"));
}
