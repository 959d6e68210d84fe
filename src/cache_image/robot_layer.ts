import { messageOf } from "../failure/mod.ts";
import { decompressing } from "../compression/mod.ts";
import { codecOf, type Digest } from "../oci/mod.ts";
import { readTar, type TarMember } from "../tar/mod.ts";
import { inconsistent } from "./inconsistent.ts";
import type { CacheImage } from "./open_cache_image.ts";

/** The diffIds of the layers below ours. */
export function baseDiffIds({ found: { config }, layers }: CacheImage): readonly Digest[] {
  return config.rootfs.diff_ids.slice(0, -layers.size - 1);
}

/** The robot's name, as the history has it. @throws {Failure} when it cannot be one. */
export function robotNameOf({ name, found: { config } }: CacheImage): string {
  const step = config.history?.findLast(({ empty_layer }) => empty_layer !== true);
  const text = step?.created_by?.slice("rcc-oci: robot ".length) ?? "";
  let robot: unknown;
  try {
    robot = JSON.parse(text);
  } catch {
    robot = undefined;
  }
  // It becomes a folder's name.
  if (typeof robot === "string" && /^[^/\\\0]+$/.test(robot) && !/^\.{1,2}$/.test(robot)) {
    return robot;
  }
  throw inconsistent(name, `${text} is no name of a robot`);
}

/** What is in the robot's layer. @throws {Failure} when it cannot be read. */
export async function* robotMembers(
  { name, found: { manifest }, blobs }: CacheImage,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<TarMember, void, undefined> {
  const descriptor = manifest.layers.at(-1)!;
  const codec = codecOf(descriptor.mediaType);
  if (codec === undefined) {
    throw inconsistent(name, `its robot is of type "${descriptor.mediaType}"`);
  }
  try {
    yield* readTar(decompressing(codec, await blobs.open(descriptor, { signal })), { signal });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw inconsistent(name, `its robot cannot be read: ${messageOf(error)}`, error);
  }
}
