import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "../failure/mod.ts";
import { requireWritable } from "../files/mod.ts";

/** @throws {Failure} when the folder is there but is none, or cannot be written, or not be made. */
export async function requireWritableFolder(path: string, what: string): Promise<void> {
  const facts = await factsOf(path);
  if (facts === undefined) return await requireWritableParent(path, what);
  if (!facts.isDirectory()) throw unwritable(path, what, "it is no folder, name another");
  await requireAccess(path, { path, what });
}

/** @throws {Failure} when a file cannot be made there, or a folder is in its place. */
export async function requireWritableFile(path: string, what: string): Promise<void> {
  const facts = await factsOf(path);
  if (facts?.isDirectory()) throw unwritable(path, what, "it is a folder, name a file");
  await requireWritableParent(path, what);
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
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    // Deno looks at the modes alone, which bind neither root nor whom other rules allow it.
    if (await requireWritable(folder).then(() => true, () => false)) return;
    const { code } = error as { code?: string };
    const why = code === "EROFS" ? "is on a read-only file system" : "is not writable for you";
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

function unwritable(path: string, what: string, why: string): Failure {
  return new Failure("output/unwritable", `failed to write ${what} "${path}": ${why}`);
}
