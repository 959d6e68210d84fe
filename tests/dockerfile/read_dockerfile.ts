/**
 * Reads Dockerfiles as builders do, by the reference alone and without any code of the program's.
 * https://docs.docker.com/reference/dockerfile/
 */

/** One instruction: its name, and all behind it on one line. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

export function readDockerfile(text: string): readonly Instruction[] {
  const instructions: Instruction[] = [];
  let line = "";
  for (const physical of text.split("\n")) {
    if (/^\s*#/.test(physical) || (line === "" && physical.trim() === "")) continue;
    const continued = /(^|[^\\])\\[ \t]*$/.exec(physical);
    if (continued !== null) {
      line += physical.slice(0, continued.index + continued[1]!.length);
      continue;
    }
    const [, name, rest] = /^\s*(\S+)\s*(.*)$/s.exec(line + physical)!;
    instructions.push({ name: name!.toUpperCase(), rest: rest! });
    line = "";
  }
  return instructions;
}

/** The pairs of all ENV or LABEL instructions, with the variables replaced. */
export function readPairs(
  instructions: readonly Instruction[],
  name: "ENV" | "LABEL",
  variables: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  const found = instructions.filter((instruction) => instruction.name === name);
  return new Map(found.flatMap(({ rest }) => readWords(rest, variables)));
}

function readWords(rest: string, variables: Readonly<Record<string, string>>) {
  const pairs: [string, string][] = [];
  for (let at = 0; at < rest.length;) {
    if (/\s/.test(rest[at]!)) {
      at++;
      continue;
    }
    const sides: [string, string] = ["", ""];
    let side: 0 | 1 = 0 as 0 | 1;
    let isQuoted = false;
    for (; at < rest.length && (isQuoted || !/\s/.test(rest[at]!)); at++) {
      const letter = rest[at]!;
      const variable = /^\$\{(\w+)\}/.exec(rest.slice(at));
      if (letter === '"') isQuoted = !isQuoted;
      else if (letter === "'" && !isQuoted) throw new Error(`a bare quote in ${rest}`);
      else if (letter === "\\" && /["$\\]/.test(rest[at + 1] ?? "")) sides[side] += rest[++at]!;
      else if (letter === "$" && variable === null) throw new Error(`a bare $ in ${rest}`);
      else if (letter === "=" && side === 0 && !isQuoted) side = 1;
      else if (variable !== null) {
        sides[side] += variables[variable[1]!] ?? "";
        at += variable[0].length - 1;
      } else sides[side] += letter;
    }
    pairs.push(sides);
  }
  return pairs;
}
