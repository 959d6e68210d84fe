/** What is made of a layer that turns out to be corrupt while the image is written. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Prepared } from "../../src/build/prepare_build.ts";
import type { Session } from "../../src/build/session.ts";
import { writeSound } from "../../src/build/write_sound.ts";
import { IntegrityError } from "../../src/bytes/mod.ts";
import type { CacheImage } from "../../src/cache_image/mod.ts";
import { digestOf, hexOf } from "../../src/oci/mod.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { BlobCache, MissingBlobError } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const KEY = "a".repeat(64);
const DIGEST = digestOf(new TextEncoder().encode("a layer"));
const CORRUPT = new IntegrityError(
  { size: 7, sha256: hexOf(DIGEST) },
  { size: 7, sha256: "0".repeat(64) },
);

/** Writes with an attempt for each error, `undefined` for one that goes well. */
async function attempt(
  errors: readonly (Error | undefined)[],
  plan: unknown = { layers: [{ key: KEY }], base: { name: "debian", layers: [] } },
) {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(join(folder.path, "cache"));
  await cache.writeFact("layers", KEY, { file: "as it was" });
  const warnings: string[] = [];
  const images: number[] = [];
  const inputs = { cacheImages: [{} as CacheImage] };
  const context = { reporter: { warn: (text: string) => warnings.push(text) } };
  const written = writeSound(
    { plan: plan as Plan, inputs } as unknown as Prepared,
    { cache, context } as unknown as Session,
    ({ inputs }) => {
      images.push(inputs.cacheImages.length);
      const error = errors[images.length - 1];
      return error === undefined ? Promise.resolve("written") : Promise.reject(error);
    },
  );
  const result = await written.catch((error: Error) => error);
  const isKept = await cache.readFact("layers", KEY) !== undefined;
  return { result, warnings, images, isKept };
}

Deno.test("writeSound() writes once what is sound", async () => {
  assert.deepEqual(await attempt([undefined]), {
    ...{ result: "written", warnings: [], images: [1], isKept: true },
  });
});

Deno.test("writeSound() forgets a corrupt layer, and writes without those of other images", async () => {
  assert.deepEqual(await attempt([CORRUPT, undefined]), {
    result: "written",
    warnings: ["a layer in the cache is corrupt, it is rebuilt"],
    images: [1, 0],
    isKept: false,
  });
  const missing = await attempt([new MissingBlobError(DIGEST), undefined]);
  assert.deepEqual(missing.warnings, ["a layer in the cache is missing, it is rebuilt"]);
  assert.equal(missing.isKept, false);
});

Deno.test("writeSound() rebuilds once, and nothing for an error of another kind", async () => {
  const twice = await attempt([CORRUPT, CORRUPT, undefined]);
  assert.deepEqual([twice.result, twice.images], [CORRUPT, [1, 0]]);
  const other = new Error("no space");
  const once = await attempt([other, undefined]);
  assert.deepEqual([once.result, once.images, once.isKept], [other, [1], true]);
});

Deno.test("writeSound() does not rebuild what nobody here can pack, and names it", async () => {
  const published = { image: "acme/bot:1", descriptor: { digest: DIGEST } };
  const taken = { layers: [{ key: KEY, published }], base: { name: "debian", layers: [] } };
  const layer = await attempt([CORRUPT, undefined], taken);
  assert.match(`${layer.result}`, /acme\/bot:1/);
  assert.deepEqual([layer.images, layer.warnings], [[1], []]);
  const ofBase = {
    layers: [],
    base: { name: "debian", layers: [{ descriptor: { digest: DIGEST } }] },
  };
  const base = await attempt([new MissingBlobError(DIGEST), undefined], ofBase);
  assert.match(`${base.result}`, /debian/);
  assert.deepEqual(base.images, [1]);
});
