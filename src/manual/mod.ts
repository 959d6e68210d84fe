/**
 * The command line as data, and what is made of it: completions for shells, the man page and
 * docs/cli.md. Pure.
 *
 * ```ts
 * import { completionScript } from "./mod.ts";
 *
 * const script = completionScript({
 *   name: "bake",
 *   description: "Bakes.",
 *   options: [],
 *   commands: [{
 *     name: "bread",
 *     description: "Bake bread.",
 *     arguments: [],
 *     options: [],
 *     commands: [],
 *     examples: [],
 *   }],
 *   environment: [],
 *   exitCodes: [],
 * }, "fish");
 * console.assert(script.includes("-a bread -d 'Bake bread.'"));
 * ```
 *
 * @module
 */
export type { CommandLine, CommandText, OptionText, Value } from "./command_line.ts";
export { completionScript, type Shell } from "./completion_script.ts";
