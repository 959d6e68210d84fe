import assert from "node:assert/strict";
import { bytesToPack } from "../../src/build/pack_layers.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { BlobCache } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

Deno.test("bytesToPack() counts the layers that are to be written", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  const bytes = (...layers: readonly object[]) =>
    bytesToPack({ layers } as unknown as Plan, { cache });
  assert.equal(await bytes(), 0);
  assert.equal(await bytes({ key: "a", size: 1_000_000 }), 1_000_000);
  assert.equal(await bytes({ key: "a", size: 1_000_000 }, { size: 50_000 }), 1_050_000);
});
