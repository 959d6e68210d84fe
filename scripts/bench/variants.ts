/** Other environments than a library's own: with one package more, fewer or renamed, or another Python. */
import { appendFile, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeLibrary } from "../../tests/support/library_writer.ts";
import { copyTo, exists, remove } from "./folder.ts";
import { type BenchLibrary, blueprintOf, writeRobot } from "./libraries.ts";

/** What is done to the restored files. Each makes a catalog of its own. */
const EDITS = {
  /** The base of the others: recorded by the same writer. */
  same: () => Promise.resolve(),
  removed: (stage: string) => removePackage(stage, "six"),
  renamed: (stage: string) => renamePackage(stage, { from: "pytz", to: "pytz_successor" }),
  python: changePython,
} as const satisfies Record<string, (stage: string) => Promise<void>>;

export type VariantName = keyof typeof EDITS;

/** The robot of such an environment, whose catalog is in the library beside the others. */
export async function variantRobot(library: BenchLibrary, name: VariantName): Promise<string> {
  const robot = join(library.folder, `robot-${name}`);
  if (await exists(robot)) return robot;
  const blueprint = (await blueprintOf(library.hololib, library.hash))
    .replace("channels:\n", `channels:\n- variant-${name}\n`);
  const stage = join(library.folder, "stage");
  await copyTo(library.environment, stage);
  await EDITS[name](stage);
  const home = "/home/dev";
  await writeLibrary({ from: stage, to: library.hololib, home, blueprint, mode: "private" });
  await remove(stage);
  await writeRobot(robot, blueprint);
  return robot;
}

/** The robot of the environment with a raised package. */
export async function raisedRobot(library: BenchLibrary): Promise<string | undefined> {
  if (library.raised === undefined) return undefined;
  const robot = join(library.folder, "robot-raised");
  await writeRobot(robot, await blueprintOf(library.hololib, library.raised));
  return robot;
}

async function removePackage(stage: string, name: string): Promise<void> {
  const record = await recordOf(stage, name);
  const packages = dirname(dirname(record));
  for (const line of (await readFile(record, "utf8")).trim().split("\n")) {
    await rm(join(packages, line.split(",")[0]!), { force: true });
  }
  await remove(dirname(record));
}

/** Its files stay where they are, as those of a package that went on under another name. */
async function renamePackage(
  stage: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const folder = dirname(await recordOf(stage, from));
  const renamed = join(dirname(folder), basename(folder).replace(`${from}-`, `${to}-`));
  await rename(folder, renamed);
  for (const name of ["RECORD", "METADATA"]) {
    const text = await readFile(join(renamed, name), "utf8");
    const replaced = text.replaceAll(`${basename(folder)}/`, `${basename(renamed)}/`)
      .replace(`Name: ${from}\n`, `Name: ${to}\n`);
    await writeFile(join(renamed, name), replaced);
  }
}

async function changePython(stage: string): Promise<void> {
  await appendFile(join(await standardLibrary(stage), "platform.py"), "# another release\n");
}

async function recordOf(stage: string, name: string): Promise<string> {
  const packages = join(await standardLibrary(stage), "site-packages");
  const folder = (await readdir(packages))
    .find((entry) => entry.startsWith(`${name}-`) && entry.endsWith(".dist-info"));
  if (folder === undefined) throw new Error(`expected the package ${name} in ${packages}`);
  return join(packages, folder, "RECORD");
}

async function standardLibrary(stage: string): Promise<string> {
  const name = (await readdir(join(stage, "lib"))).find((name) => /^python3\.\d+$/.test(name));
  if (name === undefined) throw new Error(`expected a Python in ${stage}/lib`);
  return join(stage, "lib", name);
}
