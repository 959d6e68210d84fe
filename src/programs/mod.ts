/**
 * Programs as Linux sees them: what ELF files and scripts say of the machine that they run on.
 *
 * ```ts
 * import { programFacts } from "./mod.ts";
 *
 * const facts = programFacts(new TextEncoder().encode("#!/bin/sh -e\necho hello\n"));
 * console.assert(facts?.kind === "script" && facts.interpreter === "/bin/sh -e");
 * ```
 *
 * @module
 */
export { compareVersions } from "./glibc_version.ts";
export type { ElfFacts, ProgramFacts } from "./program_facts.ts";
export { isProgramFacts } from "./facts_form.ts";
export { ProgramScan } from "./program_scan.ts";
export { isProgram, programFacts } from "./read_program.ts";
