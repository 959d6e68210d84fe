import type { Environment } from "../holotree/mod.ts";
import { findOwners, type Owners } from "../layers/mod.ts";
import { catalogKey, type FactCache } from "./catalog_facts.ts";

/** Another way to find owners, or to keep them, gets another kind. */
const FACTS = "owners-1";

interface StoredOwners {
  readonly packages: readonly string[];
  /** 32 bits each, in Base64. */
  readonly byNode: string;
}

/** Who owns the files of an environment: known from an earlier build, or found in its records. */
export async function ownersOf(environment: Environment, cache: FactCache): Promise<Owners> {
  const { catalog, catalogFile } = environment;
  const key = catalogKey(catalogFile);
  const known = await cache.readFact(FACTS, key) as StoredOwners | undefined;
  if (known !== undefined) {
    const byNode = new Int32Array(Uint8Array.fromBase64(known.byNode).buffer);
    return { packages: known.packages, byNode };
  }
  const { packages, isWhole } = await environment.packages();
  const owners = findOwners(catalog, packages);
  if (isWhole) {
    const byNode = new Uint8Array(owners.byNode.buffer).toBase64();
    const fact: StoredOwners = { packages: owners.packages, byNode };
    // What cannot be kept is found again; whether there is room is checked by itself.
    await cache.writeFact(FACTS, key, fact).catch(() => {});
  }
  return owners;
}
