import { type FailureKind, failuresOf } from "../failure/mod.ts";
import { Interrupted } from "./signals.ts";

const UNEXPECTED = 1;
/** Of `rebase --check`: the base's name leads to another image. */
export const OUTDATED = 8;
/** Of `verify`: the same content, and not the same bytes. */
export const EQUIVALENT = 9;
/** Of `verify`: the image is not what was built. */
export const DIFFERENT = 10;
const KIND_CODES: Readonly<Record<FailureKind, number>> = {
  usage: 2,
  robot: 3,
  rcc: 4,
  environment: 5,
  base: 6,
  output: 7,
};

/** The documented exit code of what was thrown; of several failures the lowest. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  const codes = failuresOf(error).map(({ kind }) => KIND_CODES[kind]);
  return codes.length === 0 ? UNEXPECTED : Math.min(...codes);
}
