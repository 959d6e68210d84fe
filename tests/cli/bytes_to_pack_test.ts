import assert from "node:assert/strict";
import { bytesToPack } from "../../src/cli/bytes_to_pack.ts";
import type { Plan } from "../../src/plan/mod.ts";
import { BlobCache } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

Deno.test("bytesToPack() counts the layers that are to be written, and no others", async () => {
  await using folder = await temporaryFolder();
  const cache = new BlobCache(folder.path);
  const inputs = {
    rcc: { size: 1_000_000 },
    environment: undefined,
    listing: { size: 50_000, entries: [] },
  } as unknown as Parameters<typeof bytesToPack>[1]["inputs"];
  const bytes = (...layers: readonly object[]) =>
    bytesToPack({ layers } as unknown as Plan, { inputs, cache });
  assert.equal(await bytes(), 0);
  assert.equal(await bytes({ name: "runtime", key: "a" }), 1_000_000);
  assert.equal(await bytes({ name: "runtime", key: "a" }, { name: "robot" }), 1_050_000);
});
