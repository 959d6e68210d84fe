/**
 * The real libraries that every claim is made on. What they are prepared for is made once and kept in
 * `.cache/bench`: a copy of the library with further catalogs, a robot, and the restored files, which
 * others pack.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  chooseCatalog,
  findFile,
  openLibrary,
  readBlob,
  spaceLayout,
  walkCatalog,
} from "../../src/holotree/mod.ts";
import { restoreStage } from "../../tests/support/restore_stage.ts";
import { run } from "../../tests/support/tools.ts";
import { BENCH_FOLDER, exists } from "./folder.ts";
import { findLibrary, type LibraryName, type LibrarySource } from "./library_sources.ts";

/** A real library, ready to be packed by all. */
export interface BenchLibrary {
  readonly name: LibraryName;
  /** Of everything that is made for it. */
  readonly folder: string;
  readonly hololib: string;
  /** Of the environment that is packed. */
  readonly hash: string;
  /** Of one with a raised package. */
  readonly raised?: string;
  /** Of `hash`. */
  readonly robot: string;
  /** The restored files. */
  readonly environment: string;
  readonly files: number;
  /** Of the files' content. */
  readonly bytes: number;
  /** The environment's folder in the image. */
  readonly space: string;
}

/** Those of the names that are here or can be made. */
export async function benchLibraries(
  names: readonly LibraryName[],
  say: (text: string) => void,
): Promise<readonly BenchLibrary[]> {
  const found: BenchLibrary[] = [];
  for (const name of names) {
    const source = await findLibrary(name);
    if (source === undefined) say(`the ${name} library is not here`);
    else found.push(await prepare(name, source, say));
  }
  return found;
}

async function prepare(
  name: LibraryName,
  { parts, raised }: LibrarySource,
  say: (text: string) => void,
): Promise<BenchLibrary> {
  const library = await openLibrary(parts[0]!.hololib);
  const { hash } = await chooseCatalog(library, { catalog: parts[0]!.hash });
  const folder = join(BENCH_FOLDER, `${name}-${hash}`);
  const place = placeIn(folder);
  if (!await exists(folder)) {
    say(`preparing the ${name} library`);
    const unfinished = placeIn(`${folder}.unfinished`);
    await rm(unfinished.folder, { recursive: true, force: true });
    await mkdir(unfinished.hololib, { recursive: true });
    for (const { hololib } of parts) await linkInto(hololib, unfinished.hololib);
    await mkdir(unfinished.environment);
    await restoreStage(library, hash, unfinished.environment);
    await writeRobot(unfinished.robot, await blueprintOf(unfinished.hololib, hash));
    await rename(unfinished.folder, folder);
  }
  const { catalog } = await library.readCatalog(hash);
  const sizes = [...walkCatalog(catalog)].flatMap((entry) =>
    entry.kind === "file" && entry.symlink === undefined
      ? [catalog.contents.sizeOf(entry.content)]
      : []
  );
  return {
    name,
    ...place,
    hash,
    ...(raised === undefined ? {} : { raised }),
    files: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    space: spaceLayout(catalog.path, { home: "/home/robot", robocorpHome: "" }).folder,
  };
}

function placeIn(folder: string) {
  return {
    folder,
    hololib: join(folder, "hololib"),
    robot: join(folder, "robot"),
    environment: join(folder, "environment"),
  };
}

/** Hard links where that is possible: what is there is read, and only new files are added. */
async function linkInto(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    if (name !== "catalog" && name !== "library") continue;
    const part = [join(from, name), to];
    const linked = await run("cp", ["--archive", "--link", "--no-clobber", ...part], {
      allowFailure: true,
    });
    if (linked.code !== 0) await run("cp", ["--archive", "--no-clobber", ...part]);
  }
}

/** What the environment was made from, as RCC put it into the environment itself. */
export async function blueprintOf(hololib: string, hash: string): Promise<string> {
  const library = await openLibrary(hololib);
  const { catalog } = await library.readCatalog(hash);
  return new TextDecoder().decode(await readBlob(library, findFile(catalog, "identity.yaml")!));
}

const ROBOT = [
  "tasks:",
  "  Bench:",
  "    shell: python begin.py",
  "condaConfigFile: conda.yaml",
  "artifactsDir: output",
  "PATH:",
  "- .",
].join("\n");

/** A robot whose environment is the one of this blueprint. */
export async function writeRobot(folder: string, blueprint: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "robot.yaml"), `${ROBOT}\n`);
  await writeFile(join(folder, "conda.yaml"), blueprint);
  await writeFile(join(folder, "begin.py"), 'print("begun", flush=True)\n');
}

/** Another byte in the robot's code. */
export async function changeRobot(robot: string): Promise<void> {
  const code = join(robot, "begin.py");
  await writeFile(code, `${await readFile(code, "utf8")}# changed\n`);
}
