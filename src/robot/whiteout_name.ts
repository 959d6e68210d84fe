import type { Failure } from "../failure/mod.ts";
import { LEAVE_IT_OUT, packFailure } from "./pack_failure.ts";

/** A file of a layer whose name begins so says that another one is gone. */
const WHITEOUT = /(^|\/)\.wh\.[^/]*$/;

/** The paths that no layer can have. */
export function whiteoutFaults(paths: readonly string[]): readonly Failure[] {
  return paths.filter((path) => WHITEOUT.test(path)).map((path) =>
    packFailure(
      path,
      `engines take a name that begins with ".wh." for a whiteout, rename it or ${LEAVE_IT_OUT}`,
    )
  );
}
