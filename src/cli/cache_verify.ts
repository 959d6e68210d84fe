import { BASE_FACTS, verifyKeptFacts } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import { LAYER_FACTS, verifyKeptLayer } from "../image/mod.ts";
import { renderVerification } from "../report/mod.ts";
import { BlobCache, cacheFolder, type KeptFact, verifyCache } from "../store/mod.ts";
import type { Context } from "../build/mod.ts";

/**
 * Reads all of the cache, unpacks its layers, and removes what is damaged.
 *
 * @throws {Failure} when something was.
 */
export async function cacheVerify({ env, hostOs, reporter, signal }: Context): Promise<void> {
  const path = cacheFolder({ env, platform: hostOs });
  const cache = new BlobCache(path);
  const found = await reporter.phase("Verifying", async (phase) => {
    using task = phase.task("cache");
    return await verifyCache(path, {
      signal,
      onProgress: (bytes) => task.add(bytes),
      compare: (fact) => compare(fact, { cache, signal }),
    });
  });
  for (const line of renderVerification(found)) reporter.print(line);
  const { damaged, files } = found;
  if (damaged.length === 0) return;
  throw new Failure(
    "output/cache-damaged",
    `failed to verify cache "${path}": ${damaged.length} of ${files.length} files were damaged ` +
      "and are removed, build again to have them rebuilt",
  );
}

async function compare(
  { kind, key, value }: KeptFact,
  { cache, signal }: { readonly cache: BlobCache; readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (kind === LAYER_FACTS) return await verifyKeptLayer(value, cache, { signal });
  if (kind === BASE_FACTS) return await verifyKeptFacts({ hex: key, value }, cache, { signal });
  return undefined; // Nothing else that the cache has tells what it should be.
}
