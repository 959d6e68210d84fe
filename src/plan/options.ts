import type { Packing } from "../compression/mod.ts";
import type { Reference } from "../oci/mod.ts";
import type { UserRequest } from "./user.ts";

/** What the user decided about the image itself. */
export interface ImageOptions {
  /** Without one, the robot's name and the time. */
  readonly tags: readonly Reference[];
  readonly user?: UserRequest;
  readonly env: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly start: StartMode;
  /** Whether our own init is the first process. */
  readonly init: boolean;
  readonly packing: Packing;
  /** How many layers the environment may have, at least 1. */
  readonly maxLayers: number;
  /** `SOURCE_DATE_EPOCH`, or now. */
  readonly created: Date;
}

/** How a container of the image begins; docs/image.md has what each gives and takes. */
export const START_MODES = ["checked", "trusted", "sealed"] as const;

/**
 * - `checked`: RCC compares the environment with its catalog, and repairs it.
 * - `trusted`: RCC takes the environment as it is. It belongs to the robot's user, who may write there.
 * - `sealed`: as `trusted`, but all belongs to root, and any user can read it.
 */
export type StartMode = typeof START_MODES[number];

export function isStartMode(text: string): text is StartMode {
  return START_MODES.some((mode) => mode === text);
}
