// deno-lint-ignore-file no-console
import { dirname } from "node:path";
import { DAMAGES, poisonScene } from "../../tests/support/poisoned_cache.ts";

/**
 * Every file of a cache damaged in every way, one at a time: the next builds make the same image, and
 * `cache verify` finds it where it is a file.
 */
export async function soakPoison(): Promise<void> {
  await using scene = await poisonScene();
  const folders = [...new Set(scene.files.map((file) => dirname(file)))];
  console.log(`| damage | ${folders.join(" | ")} | found by verify |`);
  console.log(`| --- |${" ---: |".repeat(folders.length + 1)}`);
  let count = 0;
  for (const damage of DAMAGES) {
    const built = new Map(folders.map((folder) => [folder, 0]));
    let found = 0;
    for (const file of scene.files) {
      if (damage.ofFacts && !file.startsWith("facts")) continue;
      await scene.buildWith(file, damage);
      await scene.verifyWith(file, damage);
      built.set(dirname(file), built.get(dirname(file))! + 1);
      if (damage.isFound) found++;
      count++;
    }
    const cells = folders.map((folder) => built.get(folder) || "-");
    console.log(`| ${damage.name} | ${cells.join(" | ")} | ${found || "-"} |`);
  }
  console.log(`\n${count} poisoned caches, 2 builds with each: all made the same image.`);
}
