import type { Blobs } from "./blobs.ts";
import type { Catalog } from "./catalog.ts";

/** An environment, and where the bytes of its content are. */
export interface SpaceSource {
  readonly catalog: Catalog;
  /** The catalog's file, and the small one beside it where there is one, as they lie in the library. */
  readonly catalogFile: Uint8Array;
  readonly infoFile?: Uint8Array;
  /** Of the contents that were looked for. */
  readonly blobs: Blobs;
}
