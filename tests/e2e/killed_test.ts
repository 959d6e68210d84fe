/** What a build that is killed leaves is whole, and the next one tidies up. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { buildScene } from "../support/build_scene.ts";
import { durationOf, killAndBuildAgain } from "../support/kill_and_build.ts";
import { toolTest } from "../support/tools.ts";
import { verifyImage } from "../support/verify_image.ts";

const MOMENTS = 4;

toolTest({
  name: `a build killed at ${MOMENTS} moments loses nothing, and the next one leaves nothing`,
  needs: ["apt", "skopeo"],
}, async () => {
  await using scene = await buildScene({ size: 16 * 1024 * 1024 });
  const duration = await durationOf(scene);
  for (let i = 0; i < MOMENTS; i++) {
    const afterMs = duration * (i + 0.5) / MOMENTS;
    await killAndBuildAgain(scene, { afterMs, hasBefore: i % 2 === 0 });
  }
});

toolTest({
  name: "five builds at once share cache, layout and archive",
  needs: ["apt", "skopeo", "umoci", "zstd"],
}, async () => {
  await using scene = await buildScene();
  const names = Array.from({ length: 5 }, (_, i) => `docker.io/library/bot:${i}`);
  const ends = await Promise.all(names.map((name) =>
    scene.start([
      ...[...scene.args, "-t", name, "--label", `number=${name}`],
      ...["--oci-layout", scene.layout, "--save", scene.archive],
    ]).ended
  ));
  assert.deepEqual(ends.map(({ code, errors }) => [code, errors]), names.map(() => [0, []]));
  // Every blob of all images is looked at, and all of them by skopeo, one by umoci.
  await verifyImage(scene.layout, { name: names[0]! });
  const { manifests } = JSON.parse(await Deno.readTextFile(join(scene.layout, "index.json")));
  const digests = new Set(manifests.map(({ digest }: { digest: string }) => digest));
  assert.equal(digests.size, names.length);
  assert.ok(digests.has((await verifyImage(scene.archive)).digest));
  assert.deepEqual(
    [...Deno.readDirSync(join(scene.folder, "out"))].map(({ name }) => name).sort(),
    ["image.tar", "layout"],
  );
});
