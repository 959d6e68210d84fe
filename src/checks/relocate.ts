import type { ProgramFacts } from "../programs/mod.ts";

/** Where an environment was built, and where it will stand: absolute paths of one length. */
export interface Relocation {
  readonly from: string;
  readonly to: string;
}

/** What a program says when RCC has put the environment's new place into it. */
export function relocateFacts<Facts extends ProgramFacts>(
  facts: Facts,
  relocation: Relocation,
): Facts {
  const moved = (text: string) => relocateText(text, relocation);
  const relocated: ProgramFacts = facts;
  switch (relocated.kind) {
    case "script":
      return { ...facts, interpreter: moved(relocated.interpreter) };
    case "elf":
      return {
        ...facts,
        ...(relocated.interpreter === undefined
          ? {}
          : { interpreter: moved(relocated.interpreter) }),
        needed: relocated.needed.map(moved),
        rpath: relocated.rpath.map(moved),
        runpath: relocated.runpath.map(moved),
      };
    case "foreign-elf":
      return facts;
  }
}

/** A text that names places in the environment. */
export function relocateText(text: string, { from, to }: Relocation): string {
  return text.replaceAll(from, () => to);
}
