import {
  type Environment,
  type EnvironmentPython,
  fileRecord,
  FOLDER,
  nodePath,
  readBlob,
} from "../holotree/mod.ts";
import { importsOf } from "./imports.ts";

/** What is known of a robot's own code. */
export interface RobotCode {
  /** The texts of its modules. */
  readonly modules: readonly string[];
  /** Modules that it begins with, such as `robot`. */
  readonly begins: readonly string[];
  /** Programs that it begins with, such as `pytest`. */
  readonly programs: readonly string[];
}

/** What every Python begins with. */
const BEGINNING = ["site", "sitecustomize", "runpy", "encodings.utf_8", "encodings.latin_1"];

const LARGEST_TEXT = 8 * 1024 * 1024;

/**
 * The modules of an environment that a robot imports, and those that they import: as far as their texts
 * say. Paths relative to the environment.
 */
export async function usedModules(
  { catalog, library }: Environment,
  { folder }: EnvironmentPython,
  { modules, begins, programs }: RobotCode,
): Promise<ReadonlySet<string>> {
  const { tree, contents } = catalog;
  const nodes = new Map<string, number>();
  for (let node = 1; node < tree.names.count; node++) {
    const content = tree.contents[node]!;
    if (content === FOLDER || tree.symlinks.has(node)) continue;
    const path = nodePath(tree, node);
    const isOfInterest = path.startsWith("bin/") ||
      (path.startsWith(`${folder}/`) && path.endsWith(".py"));
    if (isOfInterest && contents.sizeOf(content) <= LARGEST_TEXT) nodes.set(path, node);
  }
  const decoder = new TextDecoder();
  const textOf = async (path: string): Promise<string> => {
    try {
      return decoder.decode(await readBlob(library, fileRecord(catalog, nodes.get(path)!)));
    } catch {
      return ""; // What packs it says what is wrong.
    }
  };
  const found = new Set<string>();
  const seen = new Set<string>();
  const names = [...BEGINNING, ...begins, ...modules.flatMap((text) => importsOf(text, ""))];
  for (const program of programs) {
    const path = `bin/${program}`;
    if (!nodes.has(path)) continue;
    const text = await textOf(path);
    if (text.startsWith("#!")) names.push(...importsOf(text, ""));
  }
  // What is added meanwhile is met as well.
  for (const name of names) {
    for (const { path, packageName, module } of filesOf(name, folder, nodes)) {
      if (seen.has(module)) continue;
      seen.add(module);
      found.add(path);
      names.push(...importsOf(await textOf(path), packageName));
    }
  }
  return found;
}

interface ModuleFile {
  readonly module: string;
  readonly path: string;
  /** The package that names in it are relative to. */
  readonly packageName: string;
}

/** A module, and the packages that it is in. */
function* filesOf(
  name: string,
  folder: string,
  nodes: ReadonlyMap<string, number>,
): Generator<ModuleFile> {
  const parts = name.split(".");
  for (let length = 1; length <= parts.length; length++) {
    const module = parts.slice(0, length).join(".");
    const inFolder = parts.slice(0, length).join("/");
    for (const root of [folder, `${folder}/site-packages`]) {
      const [package_, plain] = [`${root}/${inFolder}/__init__.py`, `${root}/${inFolder}.py`];
      if (nodes.has(package_)) yield { module, path: package_, packageName: module };
      else if (nodes.has(plain)) {
        yield { module, path: plain, packageName: parts.slice(0, length - 1).join(".") };
      }
    }
  }
}
