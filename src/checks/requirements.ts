import { compareVersions, type ElfFacts, type ProgramFacts } from "../programs/mod.ts";

/** What the programs of an environment ask of the base, whatever the base is. */
export interface EnvironmentRequirements {
  /** What loads its programs, each with one of them. */
  readonly interpreters: readonly RequiredInterpreter[];
  /** The newest version of glibc that one of its files cannot do without. */
  readonly glibc?: { readonly version: string; readonly file: string };
  /** Those that glibc's interpreter loads, by their paths. */
  readonly elves: ReadonlyMap<string, ElfFacts>;
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

export interface RequiredInterpreter {
  /** Absolute. */
  readonly path: string;
  /** A program, relative to the environment. */
  readonly file: string;
  /** Whether it is in `bin`, where RCC finds it by its name. */
  readonly isOnPath: boolean;
}

/**
 * What an environment asks of the base.
 *
 * @param programs By their paths, relative to the environment.
 * @param folder Where the environment stands: what it brings itself is no requirement.
 */
export function environmentRequirements(
  programs: ReadonlyMap<string, ProgramFacts>,
  folder: string,
): EnvironmentRequirements {
  const found = [...programs].map(([file, facts]): Program => ({ file, facts }))
    .filter(({ facts }) => !isForMusl(facts));
  const elves = found.filter((program): program is Elf => program.facts.kind === "elf");
  return {
    interpreters: interpretersOf(elves).filter(({ path }) => !path.startsWith(`${folder}/`)),
    ...glibcOf(elves),
    elves: new Map(elves.map(({ file, facts }) => [file, facts])),
    foreign: foreignOf(found),
  };
}

/** The interpreters of the scripts in `bin` that are not the environment's own, by their names. */
export function foreignInterpreters(
  programs: ReadonlyMap<string, ProgramFacts>,
  folder: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...programs].flatMap(([file, facts]) => {
      const isOurs = facts.kind === "script" && isOnPath(file) &&
        !facts.interpreter.startsWith(`${folder}/`);
      return isOurs ? [[file.slice(file.lastIndexOf("/") + 1), facts.interpreter]] : [];
    }),
  );
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

function interpretersOf(elves: readonly Elf[]): readonly RequiredInterpreter[] {
  const requirements = new Map<string, RequiredInterpreter>();
  for (const { file, facts: { interpreter } } of elves) {
    if (interpreter === undefined) continue;
    const known = requirements.get(interpreter);
    if (known === undefined || (!known.isOnPath && isOnPath(file))) {
      requirements.set(interpreter, { path: interpreter, file, isOnPath: isOnPath(file) });
    }
  }
  return [...requirements.values()];
}

function glibcOf(elves: readonly Elf[]): Pick<EnvironmentRequirements, "glibc"> {
  let newest: EnvironmentRequirements["glibc"];
  for (const { file, facts: { glibc } } of elves) {
    if (glibc === undefined) continue;
    if (newest === undefined || compareVersions(glibc, newest.version) > 0) {
      newest = { version: glibc, file };
    }
  }
  return newest === undefined ? {} : { glibc: newest };
}

function isOnPath(file: string): boolean {
  return /^bin\/[^/]+$/.test(file);
}
