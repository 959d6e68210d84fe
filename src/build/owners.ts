import type { Environment } from "../holotree/mod.ts";
import { findOwners, type Owners, RECORDS } from "../layers/mod.ts";
import { isObject } from "../oci/mod.ts";
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
  const known = decodeOwners(await cache.readFact(FACTS, key), catalog.tree.names.count);
  if (known !== undefined) return known;
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

/** None when the fact says nothing of so many nodes: then somebody else has written it. */
function decodeOwners(fact: unknown, count: number): Owners | undefined {
  if (!isObject(fact) || !Array.isArray(fact.packages)) return undefined;
  const packages: readonly unknown[] = fact.packages;
  const byNode = decodeNumbers(fact.byNode);
  const isSound = packages.every((name) => typeof name === "string") && byNode?.length === count &&
    byNode.every((owner) => owner >= RECORDS && owner < packages.length);
  return isSound ? { packages, byNode } : undefined;
}

function decodeNumbers(text: unknown): Int32Array<ArrayBuffer> | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return new Int32Array(Uint8Array.fromBase64(text).buffer);
  } catch {
    return undefined;
  }
}
