import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Environment,
  type EnvironmentPython,
  type FileRecord,
  fileRecord,
  findFile,
  readBlob,
  walkCatalog,
} from "../holotree/mod.ts";
import { programFacts } from "../programs/mod.ts";

/** A Python that has been restored to run here. */
export interface PythonCopy {
  /** What it has been restored to. */
  readonly folder: string;
  readonly program: string;
  /** Where its shared libraries are. */
  readonly libraries: string;
}

const MOST_BYTES = 512 * 1024 * 1024;

/**
 * Restores as much of the environment's Python as it needs to compile: the program, the libraries that
 * it loads, the modules that it begins with, and the codecs of odd sources. What pip has installed is
 * not among them: it may be anybody's.
 */
export async function copyPython(
  environment: Environment,
  python: EnvironmentPython,
  folder: string,
): Promise<PythonCopy> {
  const { catalog, library } = environment;
  const { packages } = await environment.packages();
  const ofPip = new Set(
    packages.filter(({ manager }) => manager === "pip").flatMap(({ files }) => files),
  );
  const restore = async (path: string, record: FileRecord, mode = 0o644): Promise<Uint8Array> => {
    const bytes = await readBlob(library, record, { limit: MOST_BYTES });
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes, { mode });
    return bytes;
  };
  const needed = [await restore("bin/python3", python.program, 0o755)];
  const seen = new Set<string>();
  for (const bytes of needed) {
    const facts = programFacts(bytes);
    for (const name of facts?.kind === "elf" ? facts.needed : []) {
      const record = seen.has(name) ? undefined : findFile(catalog, `lib/${name}`);
      seen.add(name);
      if (record !== undefined) needed.push(await restore(`lib/${name}`, record));
    }
  }
  for (const { kind, path, symlink, node } of walkCatalog(catalog)) {
    if (kind !== "file" || symlink !== undefined || ofPip.has(path)) continue;
    if (!path.startsWith(`${python.folder}/`)) continue;
    if (!BEGINNING.test(path.slice(python.folder.length + 1))) continue;
    await restore(path, fileRecord(catalog, node));
  }
  return { folder, program: join(folder, "bin", "python3"), libraries: join(folder, "lib") };
}

/** In the folder of the library: modules of its own, encodings, and the codecs of some of them. */
const BEGINNING =
  /^(?:[^/]+\.py|(?:encodings|collections|importlib)\/[^/]+\.py|lib-dynload\/_(?:codecs|multibytecodec)[^/]*\.so)$/;
