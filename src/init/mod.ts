/**
 * The first process of containers whose image was built with `--init`: init.c, and what the compiler
 * made of it.
 *
 * ```ts
 * import { INIT_PROGRAM } from "./mod.ts";
 *
 * console.assert(INIT_PROGRAM[0] === 0x7f && INIT_PROGRAM[1] === 0x45); // ELF
 * ```
 *
 * @module
 */
import { INIT_MODULE } from "./init_module.ts";

/** A static ELF program for Linux, amd64. */
export const INIT_PROGRAM: Uint8Array<ArrayBuffer> = Uint8Array.fromBase64(INIT_MODULE);
