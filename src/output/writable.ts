import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { Failure } from "../failure/mod.ts";
import { findTarget, requireWritable } from "../files/mod.ts";
import { unwritable } from "./staged_file.ts";

/** @throws {Failure} when the folder is there but is none, or cannot be written, or not be made. */
export async function requireWritableFolder(path: string, what: string): Promise<void> {
  const facts = await factsOf(path);
  if (facts === undefined) return await requireWritableParent(path, what);
  if (!facts.isDirectory()) throw unwritable(path, what, "it is no folder, name another");
  await requireAccess(path, { path, what });
}

/**
 * @param name Of a file, or of what takes bytes as they come, as {@linkcode stageFile} has it.
 * @throws {Failure} when a file cannot be made there, or something else is in its place.
 */
export async function requireWritableFile(name: string, what: string): Promise<void> {
  const target = await findTarget(name).catch((error) => {
    if (error.code === "ENOTDIR") return undefined; // Said of its folder.
    throw unwritable(name, what, `the system says ${error.code}, name another place`);
  });
  if (target?.kind === "other") throw unwritable(name, what, `it is ${target.found}, name a file`);
  if (target?.kind === "stream") return;
  const path = resolve(name);
  await requireWritableParent(path, what);
  await requireReplaceable(path, what);
}

const STICKY = 0o1000;

/** In a folder such as /tmp nobody takes the place of another's file. */
async function requireReplaceable(path: string, what: string): Promise<void> {
  const [folder, file] = await Promise.all([stat(dirname(path)), factsOf(path)]);
  const uid = process.getuid?.() ?? 0;
  if (file === undefined || uid === 0 || (folder.mode & STICKY) === 0) return;
  if (file.uid === uid || folder.uid === uid) return;
  throw unwritable(path, what, "it is somebody else's file, name another");
}

async function requireWritableParent(path: string, what: string): Promise<void> {
  const parent = dirname(path);
  const facts = await factsOf(parent);
  if (facts === undefined) {
    throw unwritable(path, what, `there is no folder "${parent}", make it first`);
  }
  if (!facts.isDirectory()) throw unwritable(path, what, `"${parent}" is no folder`);
  await requireAccess(parent, { path, what });
}

async function requireAccess(
  folder: string,
  { path, what }: { readonly path: string; readonly what: string },
): Promise<void> {
  try {
    await requireWritable(folder);
  } catch (error) {
    const reasons = new Map<unknown, string>([
      ["output/read-only", "is on a read-only file system"],
      ["output/unwritable", "is not writable for you"],
    ]);
    const why = error instanceof Failure ? reasons.get(error.id) : undefined;
    if (why === undefined) throw error;
    throw unwritable(path, what, `the folder "${folder}" ${why}, name another place`);
  }
}

async function factsOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT") return undefined;
    throw unwritable(path, "an output", `the system says ${code}, name another place`);
  }
}
