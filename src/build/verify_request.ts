import type { BuildRequest } from "./request.ts";

/** An image that is to be built anew. */
export interface VerifyRequest {
  /** As it was named. */
  readonly image: string;
  /** What it stands on; by default what its labels say. */
  readonly baseImage?: string | undefined;
  /**
   * What it is built of. Of the image's own settings those that are not asked for are taken from the
   * image: its time, packing, start mode, user and init.
   */
  readonly build: BuildRequest;
}
