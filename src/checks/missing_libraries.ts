import type { ElfFacts } from "../programs/mod.ts";
import type { ImageFiles } from "./image_files.ts";
import { Loader, type LoaderOptions, type Process } from "./loader.ts";

/** A library that the interpreter would not find for files of the environment. */
export interface LibraryProblem {
  /** As it is asked for. */
  readonly name: string;
  /** The files that ask for it, relative to the environment, sorted. */
  readonly askedBy: readonly string[];
  /** The programs that do not start without it. */
  readonly programs: readonly string[];
  /** A library of that name in the environment, where it is not looked for. */
  readonly elsewhere?: string;
}

/** Options of {@linkcode missingLibraries}. */
export interface MissingLibrariesOptions extends Pick<LoaderOptions, "base" | "libraryPath"> {
  readonly files: Pick<ImageFiles, "find" | "ownNamed">;
  /** Where the environment will stand, absolute. */
  readonly folder: string;
  /** The environment's Python, which loads all that nothing else asks for. */
  readonly python?: string | undefined;
}

/**
 * What of the environment cannot be loaded: each program as if it were started, and each library
 * that no other file loads as Python would load it, which brings its own libraries and RPATH along.
 *
 * @param elves By their paths, relative to the environment.
 */
export function missingLibraries(
  elves: ReadonlyMap<string, ElfFacts>,
  { files, folder, python, ...options }: MissingLibrariesOptions,
): readonly LibraryProblem[] {
  const find = (path: string) => files.find(path);
  const loader = new Loader({ find, facts: (own) => elves.get(own), ...options });
  const problems = new Problems();
  const load = (file: string, into?: Process): Process =>
    loader.load({ path: `${folder}/${file}`, own: file }, into);
  const covered = new Set<string>();
  const judge = (process: Process, program?: string) => {
    for (const { own } of process.loaded.map(({ file }) => file)) if (own) covered.add(own);
    problems.add(process, program);
  };
  const isProgram = (file: string) => elves.get(file)!.interpreter !== undefined;
  for (const file of elves.keys()) if (isProgram(file)) judge(load(file), file);
  const host = python === undefined || !elves.has(python) ? undefined : load(python);
  const left = [...elves.keys()].filter((file) => !covered.has(file));
  const processes = new Map(left.map((file) => [file, load(file, host)]));
  const asked = new Set(
    [...processes.values()].flatMap(({ loaded }) => loaded.slice(1).map(({ file }) => file.own)),
  );
  // Behind those that nothing asks for come libraries that ask for one another alone.
  const first = left.filter((file) => !asked.has(file));
  for (const file of [...first, ...left]) if (!covered.has(file)) judge(processes.get(file)!);
  return problems.list((name) => files.ownNamed(name));
}

/** Groups what is missing by its name. */
class Problems {
  readonly #found = new Map<string, { readonly by: Set<string>; readonly programs: Set<string> }>();
  add({ missing }: Process, program?: string): void {
    for (const { name, by } of missing) {
      const known = this.#found.get(name) ?? { by: new Set(), programs: new Set() };
      known.by.add(by.file.own ?? by.path);
      if (program !== undefined) known.programs.add(program);
      this.#found.set(name, known);
    }
  }

  list(ownNamed: (name: string) => string | undefined): readonly LibraryProblem[] {
    return [...this.#found].sort(([a], [b]) => a < b ? -1 : 1).map(([name, found]) => {
      const elsewhere = ownNamed(name.slice(name.lastIndexOf("/") + 1));
      return {
        name,
        askedBy: [...found.by].sort(),
        programs: [...found.programs].sort(),
        ...(elsewhere === undefined ? {} : { elsewhere }),
      };
    });
  }
}
