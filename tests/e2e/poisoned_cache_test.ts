/** A cache that somebody, or a disk, has changed: builds make the same image all the same. */
import assert from "node:assert/strict";
import { HAS_PIPES } from "../support/pipe.ts";
import { DAMAGES, poisonScene } from "../support/poisoned_cache.ts";
import { toolTest } from "../support/tools.ts";

/** One damage for each folder of a cache; `deno task soak poison` does all to all. */
const SAMPLES = [
  ["blobs/", "a bit turned in the middle"],
  ["blobs/", "another file of its kind in its place"],
  ["facts/bases/", "a digit of a digest changed"],
  ["facts/elf/", "cut by a byte"],
  ["facts/layers/", "a digit of a digest changed"],
  ["facts/layers/", "another file of its kind in its place"],
  ["facts/layers/", "a pipe"],
  ["facts/records", "a folder"],
  ["facts/tags/", "a link in a circle"],
] as const;

if (HAS_PIPES) {
  toolTest(
    { name: "a build with a poisoned cache makes the same image", needs: ["apt"] },
    async () => {
      await using scene = await poisonScene();
      for (const [folder, name] of SAMPLES) {
        const file = scene.files.find((path) => path.startsWith(folder));
        const damage = DAMAGES.find((damage) => damage.name === name);
        await scene.buildWith(file!, damage!);
        await scene.verifyWith(file!, damage!);
      }
    },
  );

  toolTest(
    { name: "cache verify finds facts that are forged with their checksum", needs: ["apt"] },
    async () => {
      await using scene = await poisonScene();
      const [layers, bases] = ["facts/layers/", "facts/bases/"].map((folder) =>
        scene.files.find((path) => path.startsWith(folder))!
      );
      const forge = (digits: RegExp) => (text: string) =>
        text.replace(digits, (_, before, digit) => `${before}${digit === "1" ? "2" : "1"}`);
      await scene.verifyForged(layers!, forge(/("diffId":"sha256:[0-9a-f]{63})([0-9a-f])/));
      await scene.verifyForged(layers!, forge(/("tarSize":)(\d)/));
      await scene.verifyForged(layers!, forge(/("checksums":\[)(\d)/));
      await scene.verifyForged(bases!, (text) => text.replace("root:x:0:0", "root:x:1:0"));
      assert.ok(scene.files.length > 10);
    },
  );
}
