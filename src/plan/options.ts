import type { Packing } from "../compression/mod.ts";
import type { Reference } from "../oci/mod.ts";
import type { StartMode } from "./start_mode.ts";
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
