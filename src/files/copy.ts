import { link, rename, rm, stat, statfs } from "node:fs/promises";
import { nearestFolder } from "./disk.ts";
import { temporaryPathOf } from "./temporary.ts";

/**
 * Copies a file's bytes: by reference where the file system can share them, else in the kernel.
 * Never by a hard link, for then a change of one would change the other.
 */
export async function copyFile(from: string, to: string): Promise<void> {
  await Deno.copyFile(from, to);
}

/** Of file systems that can let files share their bytes. https://man7.org/linux/man-pages/man2/statfs.2.html */
const SHARING_TYPES: ReadonlySet<number> = new Set([
  0x9123683e, // btrfs
  0x58465342, // xfs
  0x2fc12fc1, // zfs
  0xca451a4e, // bcachefs
  0x6969, // nfs, whose server may
]);

/** Whether a copy of a file in one folder to the other, which need not be there, may take no time. */
export async function mayShareCopies(from: string, to: string): Promise<boolean> {
  try {
    const folders = await Promise.all([from, to].map(nearestFolder));
    const [a, b] = await Promise.all(folders.map((folder) => stat(folder)));
    if (a!.dev !== b!.dev) return false;
    if (Deno.build.os !== "linux") return Deno.build.os === "darwin";
    return SHARING_TYPES.has((await statfs(folders[0]!)).type);
  } catch {
    return true;
  }
}

/**
 * Whether files of one folder that nobody changes may get other names in the other one, which need not
 * be there: it is on the same file system, which cannot share bytes, and they are the user's own. On
 * Linux alone: elsewhere read-only files cannot be removed, or copies share their bytes.
 */
export async function mayLink(from: string, to: string): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  try {
    const folders = await Promise.all([from, to].map(nearestFolder));
    const [a, b] = await Promise.all(folders.map((folder) => stat(folder)));
    return a!.dev === b!.dev && a!.uid === Deno.uid() && !await mayShareCopies(from, to);
  } catch {
    return false; // Who writes there says what is wrong.
  }
}

/**
 * Gives the file another name, in the place of a file that is there: the name always has one of them.
 *
 * @returns Whether the system allowed it.
 */
export async function linkFile(from: string, to: string): Promise<boolean> {
  const linked = (path: string) => link(from, path).then(() => true, () => false);
  if (await linked(to)) return true;
  const temporaryPath = temporaryPathOf(to);
  if (!await linked(temporaryPath)) return false;
  const isRenamed = await rename(temporaryPath, to).then(() => true, () => false);
  // Both names of one file stay when one is to take the other's place.
  await rm(temporaryPath, { force: true });
  return isRenamed;
}
