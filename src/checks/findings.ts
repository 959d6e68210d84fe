import type { Failure } from "../failure/mod.ts";

/** What a check found. */
export interface Findings {
  /** What keeps the robot from starting. */
  readonly failures: readonly Failure[];
  /** What may do so, each a line. */
  readonly warnings: readonly string[];
}
