import { type Failure, failuresOf } from "../failure/mod.ts";
import { type CatalogWish, chooseCatalog } from "./choose_catalog.ts";
import { type Environment, readEnvironment, type ReadEnvironmentOptions } from "./environment.ts";
import type { LibraryCandidate } from "./find_library.ts";
import { openLibrary } from "./open_library.ts";

/**
 * The environment that is wished for, from the first library that has it.
 *
 * @throws {Failure} of the first library that could be looked into, else of the first at all.
 */
export async function findEnvironment(
  candidates: readonly LibraryCandidate[],
  wish: CatalogWish,
  options: ReadEnvironmentOptions = {},
): Promise<Environment> {
  const refusals: Failure[] = [];
  for (const { path } of candidates) {
    try {
      const library = await openLibrary(path, options);
      const { hash } = await chooseCatalog(library, wish);
      return await readEnvironment(library, hash, options);
    } catch (error) {
      const failures = failuresOf(error);
      if (failures.length === 0 || failures.some(isFatal)) throw error;
      refusals.push(...failures);
    }
  }
  throw refusals.find(({ id }) => id !== "environment/library-not-found") ?? refusals[0];
}

/** A library that is damaged is not passed over for the next: that would hide it. */
function isFatal({ id }: Failure): boolean {
  return id !== "environment/library-not-found" && id !== "environment/catalog-not-found";
}
