import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./project.ts";

/** A package that is a part of what is shipped. */
export interface Licence {
  readonly name: string;
  readonly version: string;
  /** As in https://spdx.org/licenses/. */
  readonly id: string;
  readonly text: string;
}

/**
 * The licences of the npm packages that the files are of, sorted by name.
 *
 * @param paths Of modules, relative to the project's folder.
 * @throws when a package has none.
 */
export async function licencesOf(paths: readonly string[]): Promise<readonly Licence[]> {
  const folders = paths.flatMap((path) => packageFolder(path) ?? []);
  return await Promise.all([...new Set(folders)].sort().map(readLicence));
}

/** The text in which licences are shipped. */
export function licencesText(licences: readonly Licence[]): string {
  return licences.map(({ name, version, id, text }) =>
    `${name} ${version} (${id})\n${"-".repeat(72)}\n${text.trim()}\n`
  ).join("\n\n");
}

/** `node_modules/.deno/x@1.0.0/node_modules/x` of a module in it. */
function packageFolder(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}

async function readLicence(folder: string): Promise<Licence> {
  const path = join(ROOT, folder);
  const { name, version, license } = JSON.parse(await readFile(join(path, "package.json"), "utf8"));
  const file = (await readdir(path)).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`failed to find the licence of "${folder}": no file`);
  return { name, version, id: license, text: await readFile(join(path, file), "utf8") };
}
