import assert from "node:assert/strict";
import { openBase } from "../../src/base/mod.ts";
import { countEnvironmentFiles } from "../../src/build/environment_files.ts";
import { decodeFacts, encodeFacts, environmentOf } from "../../src/cache_image/mod.ts";
import { countFiles, findEnvironment } from "../../src/holotree/mod.ts";
import { fixturePath } from "../support/fixtures.ts";

Deno.test("countEnvironmentFiles() counts those of an image too that its catalog does not list", async () => {
  const path = fixturePath("tiny", "hololib.zip");
  const environment = await findEnvironment([{ path, origin: "given" }], {});
  const base = await openBase("scratch");
  const facts = await decodeFacts(encodeFacts({ environment, record: { programs: {} }, base }));
  const ofImage = environmentOf(facts, "oci:image");
  assert.ok(countFiles(ofImage.catalog) < 27, "the catalog is a part of the library's");
  const published = { facts };
  assert.equal(countEnvironmentFiles({ environment: ofImage, published }), 27);
  assert.equal(countEnvironmentFiles({ environment }), 27);
  assert.equal(countEnvironmentFiles({ environment: undefined }), 0);
});
