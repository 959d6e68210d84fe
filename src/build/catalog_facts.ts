import type { KeptCatalogs } from "../holotree/mod.ts";
import { digestOf, hexOf } from "../oci/mod.ts";
import type { BlobCache } from "../store/mod.ts";

/** What the facts of catalogs need of a cache. */
export type FactCache = Pick<BlobCache, "readFact" | "writeFact">;

/** The key of what is kept of a catalog: its file decides all, for it has the digest of every file. */
export function catalogKey(file: Uint8Array): string {
  return hexOf(digestOf(file));
}

const CATALOGS = "catalogs";

/** The catalogs that a cache keeps. */
export function keptCatalogs(cache: FactCache): KeptCatalogs {
  return {
    read: (file) => cache.readFact(CATALOGS, catalogKey(file)),
    // What cannot be kept is read again; whether there is room is checked by itself.
    write: (file, value) => cache.writeFact(CATALOGS, catalogKey(file), value).catch(() => {}),
  };
}
