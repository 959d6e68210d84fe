/**
 * The Linux rcc that goes into the image.
 *
 * ```ts
 * import { staticExecutableFault } from "./mod.ts";
 *
 * const script = new TextEncoder().encode("#!/bin/sh\n");
 * console.assert(staticExecutableFault(script) === "a script");
 * ```
 *
 * @module
 */
export { staticExecutableFault } from "./elf.ts";
export { findRcc, type FindRccOptions, type LinuxRcc } from "./find_rcc.ts";
