import type { CatalogEntry } from "../holotree/mod.ts";
import { compareVersions, type ElfFacts, type ProgramFacts } from "../programs/mod.ts";

/**
 * What an environment cannot bring itself, and the base must have. It follows from the catalog
 * alone, whatever the base, and JSON can hold it.
 */
export interface EnvironmentDemands {
  /** What loads its programs, each with one of them. */
  readonly interpreters: readonly InterpreterDemand[];
  /** The newest version of glibc that one of its files cannot do without. */
  readonly glibc?: { readonly version: string; readonly file: string };
  /** Libraries that are not in the environment. */
  readonly libraries: readonly LibraryDemand[];
  /** The interpreters of the scripts in its `bin` that are not its own, by the scripts' names. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Programs and libraries for other machines, by machine. */
  readonly foreign: readonly ForeignFiles[];
}

export interface ForeignFiles {
  /** As OCI calls it, such as `arm64`. */
  readonly machine: string;
  /** The first few, relative to the environment, and how many there are. */
  readonly files: readonly string[];
  readonly count: number;
}

export interface InterpreterDemand {
  /** Absolute. */
  readonly path: string;
  /** A program, relative to the environment. */
  readonly file: string;
  /** Whether it is in `bin`, where RCC finds it by its name. */
  readonly isOnPath: boolean;
}

export interface LibraryDemand {
  readonly name: string;
  /** The first file that asks for it, relative to the environment, and how many do. */
  readonly file: string;
  readonly count: number;
  /** Absolute folders where those files want it to be looked for. */
  readonly folders: readonly string[];
}

/** Options of {@linkcode environmentDemands}. */
export interface DemandsOptions {
  /** The catalog's own path: where the environment was built. */
  readonly path: string;
  /** What the programs among its contents say, by the numbers of these. */
  readonly programs: ReadonlyMap<number, ProgramFacts>;
}

/**
 * What an environment asks of the base.
 *
 * A library counts as the environment's own wherever in it one of that name lies: what finds it may
 * be RPATH, RUNPATH, `dlopen` by its path, or another library that has it loaded already.
 *
 * @param entries All of the catalog, in the order of their paths.
 */
export function environmentDemands(
  entries: Iterable<CatalogEntry>,
  { path, programs }: DemandsOptions,
): EnvironmentDemands {
  const asked = namesAsked(programs.values());
  const names = new Set<string>();
  const found: Program[] = [];
  for (const entry of entries) {
    const name = nameOf(entry.path);
    if (asked.has(name)) names.add(name);
    const isPlain = entry.kind === "file" && entry.symlink === undefined;
    const facts = isPlain ? programs.get(entry.content) : undefined;
    if (facts !== undefined && !isForMusl(facts)) found.push({ file: entry.path, facts });
  }
  const elves = found.filter((program): program is Elf => program.facts.kind === "elf");
  const isOwn = (place: string) => place === path || place.startsWith(`${path}/`);
  return {
    interpreters: interpretersOf(elves).filter((demand) => !isOwn(demand.path)),
    ...glibcOf(elves),
    libraries: librariesOf(elves, { names: withSonames(names, elves), isOwn }),
    scripts: Object.fromEntries(found.flatMap(({ file, facts }) => {
      const isOurs = facts.kind === "script" && isOnPath(file) && !isOwn(facts.interpreter);
      return isOurs ? [[nameOf(file), facts.interpreter]] : [];
    })),
    foreign: foreignOf(found),
  };
}

interface Program {
  readonly file: string;
  readonly facts: ProgramFacts;
}

const MOST_FOREIGN = 3;

function foreignOf(found: readonly Program[]): readonly ForeignFiles[] {
  const machines = new Map<string, ForeignFiles>();
  for (const { file, facts } of found) {
    if (facts.kind !== "foreign-elf") continue;
    const { machine } = facts;
    const { files, count } = machines.get(machine) ?? { files: [], count: 0 };
    machines.set(machine, {
      machine,
      files: [...files, file].slice(0, MOST_FOREIGN),
      count: count + 1,
    });
  }
  return [...machines.values()];
}

interface Elf {
  readonly file: string;
  readonly facts: ElfFacts;
}

/** Packages bring programs for other systems along, which are not started in an environment for glibc. */
function isForMusl(facts: ProgramFacts): boolean {
  if (facts.kind !== "elf") return false;
  return [facts.interpreter ?? "", ...facts.needed].some((name) =>
    name.startsWith("/lib/ld-musl-") || name.startsWith("libc.musl-")
  );
}

function interpretersOf(elves: readonly Elf[]): readonly InterpreterDemand[] {
  const demands = new Map<string, InterpreterDemand>();
  for (const { file, facts: { interpreter } } of elves) {
    if (interpreter === undefined) continue;
    const known = demands.get(interpreter);
    if (known === undefined || (!known.isOnPath && isOnPath(file))) {
      demands.set(interpreter, { path: interpreter, file, isOnPath: isOnPath(file) });
    }
  }
  return [...demands.values()];
}

function glibcOf(elves: readonly Elf[]): Pick<EnvironmentDemands, "glibc"> {
  let newest: EnvironmentDemands["glibc"];
  for (const { file, facts: { glibc } } of elves) {
    if (glibc === undefined) continue;
    if (newest === undefined || compareVersions(glibc, newest.version) > 0) {
      newest = { version: glibc, file };
    }
  }
  return newest === undefined ? {} : { glibc: newest };
}

/** The names of all libraries that programs ask for. */
function namesAsked(programs: Iterable<ProgramFacts>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const facts of programs) {
    if (facts.kind === "elf") { for (const name of facts.needed) names.add(nameOf(name)); }
  }
  return names;
}

/** Names of files of the environment, and those by which its libraries call themselves. */
function withSonames(names: ReadonlySet<string>, elves: readonly Elf[]): ReadonlySet<string> {
  return names.union(new Set(elves.flatMap(({ facts: { soname } }) => soname ?? [])));
}

function librariesOf(
  elves: readonly Elf[],
  { names, isOwn }: {
    readonly names: ReadonlySet<string>;
    readonly isOwn: (place: string) => boolean;
  },
): readonly LibraryDemand[] {
  const demands = new Map<string, LibraryDemand>();
  for (const { file, facts: { needed, folders } } of elves) {
    const foreign = folders.filter((folder) => folder.startsWith("/") && !isOwn(folder));
    for (const name of new Set(needed)) {
      if (name === "" || names.has(nameOf(name))) continue;
      const known = demands.get(name) ?? { name, file, count: 0, folders: [] };
      demands.set(name, {
        ...known,
        count: known.count + 1,
        folders: [...new Set([...known.folders, ...foreign])],
      });
    }
  }
  return [...demands.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

function isOnPath(file: string): boolean {
  return /^bin\/[^/]+$/.test(file);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
