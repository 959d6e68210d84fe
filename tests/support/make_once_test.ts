import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { makeOnce } from "./make_once.ts";

Deno.test("makeOnce() makes one folder for all who ask at once", async () => {
  const recipe = randomUUID();
  let made = 0;
  const make = async (folder: string) => {
    made++;
    await Deno.writeTextFile(join(folder, "a"), "made");
  };
  const folders = await Promise.all(
    Array.from({ length: 5 }, () => makeOnce("make-once-test", { recipe, make })),
  );
  await using _folder = removed(folders[0]!);
  assert.equal(new Set(folders).size, 1);
  assert.equal(made, 1);
  assert.equal(await Deno.readTextFile(join(folders[0]!, "a")), "made");
});

Deno.test("makeOnce() leaves nothing of a failure behind and tries again", async () => {
  const recipe = randomUUID();
  const broken = makeOnce("make-once-test", {
    recipe,
    make: async (folder) => {
      await Deno.writeTextFile(join(folder, "half"), "");
      throw new Error("no disk");
    },
  });
  await assert.rejects(broken, /no disk/);
  const folder = await makeOnce("make-once-test", { recipe, make: () => Promise.resolve() });
  await using _folder = removed(folder);
  assert.deepEqual([...Deno.readDirSync(folder)], []);
});

function removed(folder: string): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      await Deno.remove(folder, { recursive: true });
      await Deno.remove(`${folder}.lock`);
    },
  };
}
