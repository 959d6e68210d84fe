import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hexOf } from "../../src/oci/mod.ts";
import type { FaultyRegistry } from "./faulty_registry.ts";

/** Puts the only image of an OCI layout into a registry, as `repository:tag`. */
export async function putLayout(
  { blobs, manifests, addBlob }: FaultyRegistry,
  name: string,
  layout: string,
): Promise<void> {
  const folder = join(layout, "blobs", "sha256");
  for (const blob of await readdir(folder)) {
    addBlob(new Uint8Array(await readFile(join(folder, blob))));
  }
  const { manifests: [manifest] } = JSON.parse(await readFile(join(layout, "index.json"), "utf8"));
  const { digest, mediaType } = manifest;
  const bytes = blobs.get(digest);
  if (bytes === undefined) throw new Error(`expected ${hexOf(digest)} in ${layout}`);
  manifests.set(name, { mediaType, bytes });
  manifests.set(`${name.replace(/:[^:]*$/, "")}@${digest}`, { mediaType, bytes });
}
