import type { ElfFacts, ProgramFacts } from "../programs/mod.ts";
import type { LoaderFacts } from "../base/mod.ts";
import { envProgram } from "./commands.ts";
import type { ImageFiles } from "./image_files.ts";
import { Loader } from "./loader.ts";

/** What is known of an environment before all of its files have been looked into. */
export interface StartFacts {
  /** Where it will stand, absolute. */
  readonly folder: string;
  readonly files: Pick<ImageFiles, "find">;
  /** What its files say, there, as far as they have been looked into: nothing of what is no program. */
  readonly known: ReadonlyMap<string, ProgramFacts | undefined>;
  readonly base: LoaderFacts;
  readonly libraryPath: readonly string[];
}

/** What is started, and what must be looked into to know more. */
export interface StartPrograms {
  /** ELF programs, relative to the environment. */
  readonly programs: readonly string[];
  /** Files that nothing is known of yet, relative to the environment. */
  readonly wanted: readonly string[];
}

/**
 * Follows a command of an environment to the program behind it, and that to their libraries: an
 * interpreter of a script, and what a symlink leads to.
 *
 * @param command Relative to the environment: `bin/robot`.
 */
export function startPrograms(command: string, facts: StartFacts): StartPrograms {
  const { folder, files, known } = facts;
  const wanted = new Set<string>();
  const programs = new Set<string>();
  const seen = new Set<string>();
  const loader = new Loader({
    ...facts,
    find: (path) => files.find(path),
    facts: (own) => {
      if (!known.has(own)) wanted.add(own);
      const facts = known.has(own) ? known.get(own) : UNKNOWN;
      return facts?.kind === "elf" ? facts : undefined;
    },
  });
  const left = [command];
  for (let next; (next = left.pop()) !== undefined;) {
    const own = files.find(`${folder}/${next}`)?.own;
    if (own === undefined || seen.has(own)) continue;
    seen.add(own);
    const program = known.get(own);
    if (!known.has(own)) wanted.add(own);
    if (program?.kind === "script") left.push(...ownInterpreter(program.interpreter, folder));
    if (program?.kind !== "elf") continue;
    programs.add(own);
    loader.load({ path: `${folder}/${own}`, own });
  }
  return { programs: [...programs].sort(), wanted: [...wanted].sort() };
}

/** Taken for a library until it has been looked into. */
const UNKNOWN: ElfFacts = { kind: "elf", needed: [], rpath: [], runpath: [] };

/** The program of the environment that runs a script. */
function ownInterpreter(line: string, folder: string): readonly string[] {
  const [program = ""] = line.split(/[ \t]+/);
  if (program.startsWith(`${folder}/`)) return [program.slice(folder.length + 1)];
  const named = envProgram(line);
  return named === undefined || named.includes("/") ? [] : [`bin/${named}`];
}
