import type { ProgramFacts } from "./program_facts.ts";

/** Whether JSON that others made has the form of a program's facts. */
export function isProgramFacts(value: unknown): value is ProgramFacts {
  if (typeof value !== "object" || value === null) return false;
  const facts: { readonly [field: string]: unknown } = { ...value };
  switch (facts.kind) {
    case "script":
      return isText(facts.interpreter);
    case "foreign-elf":
      return isText(facts.machine);
    case "elf":
      return [facts.needed, facts.rpath, facts.runpath].every(isTextList) &&
        [facts.interpreter, facts.soname].every(isOptionalText) &&
        (facts.glibc === undefined || isText(facts.glibc) && /^\d+(?:\.\d+)*$/.test(facts.glibc));
    default:
      return false;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value);
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
