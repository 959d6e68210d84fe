import { stat } from "node:fs/promises";
import { Failure, messageOf } from "../failure/mod.ts";
import { baseFailure } from "./base_failure.ts";
import { openArchive } from "./open_archive.ts";

/**
 * Runs work that looks a name up in a registry, unless the name can only mean a place on this
 * machine. Where nothing is found, but something of that name stands here, that is said.
 *
 * @throws {Failure} with the name of the form that fits.
 */
export async function inRegistry<Result>(
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  if (isPath(name)) throw await pathFailure(name);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const form = await localForm(name).catch(() => undefined);
    if (form === undefined) throw error;
    const { id, message, details } = error;
    const hint = `for what stands here by this name write "${form}"`;
    throw new Failure(id, `${message}; ${hint}`, { cause: error, details });
  }
}

/** Whether a name is one that no registry would have, or nobody would mean there. */
export function isPath(name: string): boolean {
  return /^(?:\.{0,2}|~)[\\/]|^\.{1,2}$|^[A-Za-z]:[\\/]|\.(?:tar|tgz|tar\.[a-z0-9]+)$/i.test(name);
}

async function pathFailure(name: string): Promise<Failure> {
  const form = await localForm(name);
  if (form === undefined) {
    const problem = "there is no such file or folder, name one that exists";
    return baseFailure("base/not-found", name, problem);
  }
  return new Failure(
    "usage/reference",
    `failed to read base image "${name}": found a ${form.startsWith("oci:") ? "folder" : "file"} ` +
      `of this machine, name it "${form}"`,
  );
}

/** How what stands at a path is named as an image; `undefined` when nothing does. */
async function localForm(path: string): Promise<string | undefined> {
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) return undefined;
  if (facts.isDirectory()) return `oci:${path}`;
  try {
    const archive = await openArchive(path, {});
    const isLayout = archive.file("index.json") !== undefined;
    return `${isLayout ? "oci-archive" : "docker-archive"}:${path}`;
  } catch (error) {
    throw baseFailure("base/manifest", path, messageOf(error), error);
  }
}
