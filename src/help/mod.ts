/**
 * What `--help` says, for a program that has not loaded its command line: pages that were made of
 * commander's help beforehand, and how it wraps them. Pure.
 *
 * ```ts
 * import { findHelp, helpText } from "./mod.ts";
 *
 * const page = findHelp(["cache", "prune", "--help"])!;
 * const text = helpText(page, { columns: 80, hasColor: false });
 * console.assert(text.startsWith("Usage: rcc-oci cache prune [options]\n"));
 * ```
 *
 * @module
 */
export { findHelp } from "./find_help.ts";
export { helpText, type HelpTextOptions } from "./help_text.ts";
