/**
 * The one place where other programs are started: none of them sees our secrets, and none can keep
 * us waiting, by itself or by what it leaves behind.
 *
 * ```ts
 * import { runChild } from "./mod.ts";
 *
 * const { code, stdout } = await runChild("git", ["--version"], { mostOutput: 1000 });
 * console.assert(code === 0 && stdout.startsWith("git version"));
 * ```
 *
 * @module
 */
export { ChildError } from "./child_error.ts";
export { runChild, type RunChildOptions } from "./run_child.ts";
export { type ChildVariables, spawnChild } from "./spawn_child.ts";
