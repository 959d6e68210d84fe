/**
 * Compiles the Python sources of an environment's layers beforehand, with the environment's own
 * Python, so that no start has to. Nothing of a package is imported or run, and the bytes are the same
 * however many processes compile.
 *
 * ```ts
 * import { normalizeCode } from "./mod.ts";
 *
 * // An empty tuple that is marked as shared and stands nowhere else.
 * console.assert(`${normalizeCode(new Uint8Array([0xa9, 0]), 11)}` === "41,0");
 * ```
 *
 * @module
 */
export { BytecodeCompiler } from "./compiler.ts";
export { codeLayout, normalizeCode } from "./marshal.ts";
export { type RobotCode, usedModules } from "./used_modules.ts";
export { BYTECODE_FORMAT, type BytecodeOrder } from "./order.ts";
