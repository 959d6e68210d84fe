import assert from "node:assert/strict";
import { UnlearnedCache } from "../../src/build/unlearned_cache.ts";
import { BlobCache } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

Deno.test("UnlearnedCache believes what it has learned itself, and what a tag was", async () => {
  await using folder = await temporaryFolder();
  const before = new BlobCache(folder.path);
  for (const kind of ["bases", "tags"]) await before.writeFact(kind, "a", "before");
  const cache = new UnlearnedCache(folder.path);
  assert.equal(await cache.readFact("bases", "a"), undefined);
  assert.equal(await cache.readFact("tags", "a"), "before");
  for (const kind of ["bases", "tags"]) {
    await cache.writeFact(kind, "a", "now");
    assert.equal(await cache.readFact(kind, "a"), "now");
    assert.equal(await before.readFact(kind, "a"), "now");
  }
});
