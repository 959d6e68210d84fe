// deno-lint-ignore-file no-console
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { buildScene, temporaryFiles } from "../../tests/support/build_scene.ts";
import { durationOf, killAndBuildAgain } from "../../tests/support/kill_and_build.ts";
import type { SoakOptions } from "../soak.ts";
import { starve } from "../../tests/support/starve.ts";
import { SIGNAL_CODES, signalInPhase, STAYS } from "../../tests/support/stay_in_phase.ts";
import { verifyImage } from "../../tests/support/verify_image.ts";

const MIB = 1024 * 1024;
const MOMENTS = 100;
const AT_ONCE = 20;
const GOLDEN_RATIO = 0.618034;

/** The moments are spread evenly, however many of them the time allows. */
export async function soakKilled({ minutes }: SoakOptions): Promise<void> {
  await using scene = await buildScene({ size: 4 * MIB });
  const end = performance.now() + minutes * 60_000;
  const duration = await durationOf(scene);
  const found = { running: 0, temporaryFiles: 0, unfinishedLayouts: 0 };
  let count = 0;
  for (; count < MOMENTS && performance.now() < end; count++) {
    const afterMs = duration * (count * GOLDEN_RATIO % 1);
    const killed = await killAndBuildAgain(scene, { afterMs, hasBefore: count % 2 === 0 });
    if (killed.wasRunning) found.running++;
    if (killed.temporaryFiles > 0) found.temporaryFiles++;
    if (killed.unfinishedLayout) found.unfinishedLayouts++;
  }
  console.log(
    `${count} moments over ${Math.round(duration)} ms: ${found.running} builds were killed, ` +
      `${found.temporaryFiles} left temporary files, ${found.unfinishedLayouts} a layout without an ` +
      `index; after the next build all images were valid and no temporary file was left.`,
  );
}

export async function soakSignals(): Promise<void> {
  console.log("| phase | SIGHUP | SIGINT | SIGTERM |\n| --- | --- | --- | --- |");
  for (const [phase, stayIn] of Object.entries(STAYS)) {
    const cells: string[] = [];
    for (const [signal, code] of Object.entries(SIGNAL_CODES)) {
      await using scene = await buildScene();
      const stay = await stayIn(scene);
      const end = await signalInPhase(scene, stay, signal);
      assert.deepEqual([end.code, end.errors], [code, [`Error: interrupted by ${signal}`]]);
      assert.deepEqual(await temporaryFiles(scene.folder), []);
      await stay.dispose?.();
      cells.push(`${end.code}, ${(end.tookMs / 1000).toFixed(2)} s`);
    }
    console.log(`| ${phase} | ${cells.join(" | ")} |`);
  }
}

export async function soakMany(): Promise<void> {
  await using scene = await buildScene();
  const names = Array.from({ length: AT_ONCE }, (_, i) => `docker.io/library/bot:${i}`);
  const ends = await Promise.all(names.map((name) =>
    scene.start([
      ...[...scene.args, "-t", name, "--label", `number=${name}`, "--jobs", "1"],
      ...["--oci-layout", scene.layout, "--save", scene.archive],
    ]).ended
  ));
  assert.deepEqual(ends.map(({ code, errors }) => [code, errors]), names.map(() => [0, []]));
  const { manifests } = JSON.parse(await Deno.readTextFile(`${scene.layout}/index.json`));
  const digests = new Set(manifests.map(({ digest }: { digest: string }) => digest));
  assert.equal(digests.size, AT_ONCE);
  await verifyImage(scene.layout, { name: names[0]! }); // Every blob, and each image by skopeo.
  await verifyImage(scene.archive);
  assert.deepEqual(await temporaryFiles(scene.folder), []);
  console.log(`${AT_ONCE} builds at once: ${digests.size} images in the index, all valid.`);
}

export async function soakFull(): Promise<void> {
  console.log("| size | archive | layout |\n| --- | --- | --- |");
  for (const size of ["32k", "64k", "128k", "256k", "512k", "1m", "1500k", "2m", "3m", "4m"]) {
    const cells: string[] = [];
    for (const args of [["--save", "small/image.tar"], ["--oci-layout", "small/layout"]]) {
      await using scene = await buildScene({ size: 3 * MIB });
      const setUp = `mkdir small; mount -t tmpfs -o size=${size} tmpfs small`;
      const { code, errors, left } = await starve(scene, { setUp, args, cache: "cache" });
      assert.equal(code, 7, errors.join("\n"));
      assert.equal(errors.length, 1);
      assert.deepEqual(left, []);
      assert.ok((await readdir(scene.folder)).includes("robot"));
      cells.push(`${code}, nothing left`);
    }
    console.log(`| ${size} | ${cells.join(" | ")} |`);
  }
}
