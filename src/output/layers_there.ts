/**
 * Which layers of an image an engine has, as far as its other images say. docker reads no layer from
 * an archive that lies upon the same layers in an image that it has, and podman none whose digest it
 * knows: so the archive need not have them.
 */
import type { Image } from "../image/mod.ts";
import { type Digest, formatReference, hexOf } from "../oci/mod.ts";
import { runEngine, type RunEngineOptions } from "./engine.ts";

type AskOptions = Pick<RunEngineOptions, "engine" | "limitMs" | "signal">;

/** As many of the newest images are asked about as fit into a command line, and answer at once. */
const MOST_IMAGES = 200;
const MOST_OUTPUT = 16 * 1024 * 1024;

/**
 * The layers that the image has in common with one that is there, from the lowest on. None when the
 * engine does not say: all is sent then.
 */
export async function layersThere(
  image: Image,
  options: AskOptions,
): Promise<ReadonlySet<Digest>> {
  if (options.engine === "docker" && !await keepsLayers(options)) return new Set();
  const own = diffIdsOf(image);
  const listed = await ask(["image", "ls", "--quiet", "--no-trunc"], options) ?? "";
  const ids = [...new Set(listed.split("\n").filter((line) => line !== ""))].slice(0, MOST_IMAGES);
  if (ids.length === 0) return new Set();
  const answers = await layersOf(ids, options);
  const most = Math.max(0, ...answers.map((theirs) => sharedStart(own, theirs)));
  const digests = image.layers.map(({ descriptor }) => descriptor.digest);
  const sent = new Set(digests.slice(most));
  return new Set(digests.slice(0, most).filter((digest) => !sent.has(digest)));
}

/**
 * Whether docker keeps layers, not blobs. One that keeps images in containerd's store would take an
 * image without a blob, run it, and fail when it is pushed.
 */
async function keepsLayers(options: AskOptions): Promise<boolean> {
  const status = await ask(["info", "--format", "{{json .DriverStatus}}"], options);
  return status !== undefined && !status.includes("io.containerd.snapshotter");
}

/** Whether each name of the image is this very image there. */
export async function hasImage(image: Image, options: AskOptions): Promise<boolean> {
  const names = image.tags.map(formatReference);
  const answer = await ask(["image", "inspect", "--format", "{{.Id}}", ...names], options) ?? "";
  const ids = answer.split("\n").filter((line) => line !== "");
  // Some name images by the config's digest, others by the manifest's.
  const own = [image.config, image.manifest].map(({ descriptor }) => hexOf(descriptor.digest));
  return ids.length === names.length && ids.every((id) => own.some((hex) => id.endsWith(hex)));
}

async function layersOf(
  names: readonly string[],
  options: AskOptions,
): Promise<readonly (readonly string[])[]> {
  const format = ["--format", "{{json .RootFS.Layers}}"];
  const answer = await ask(["image", "inspect", ...format, ...names], options) ?? "";
  try {
    return answer.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) ?? []);
  } catch {
    return [];
  }
}

/** @returns Nothing when the engine does not answer: an image that went meanwhile is no reason to fail. */
async function ask(args: readonly string[], options: AskOptions): Promise<string | undefined> {
  const words = { failed: "ask", cure: "start it", mostOutput: MOST_OUTPUT };
  try {
    return await runEngine(args, { ...words, ...options });
  } catch {
    options.signal?.throwIfAborted();
    return undefined;
  }
}

function diffIdsOf({ config }: Image): readonly string[] {
  return JSON.parse(new TextDecoder().decode(config.bytes)).rootfs?.diff_ids ?? [];
}

function sharedStart(own: readonly string[], theirs: readonly string[]): number {
  const end = own.findIndex((id, i) => id !== theirs[i]);
  return end < 0 ? own.length : end;
}
