/** Each tampering is named, by layer, file and byte or by the field of a document. */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { type ComparedImage, compareImages } from "../../src/compare/mod.ts";
import { renderComparison } from "../../src/report/mod.ts";
import { robotScene } from "../support/robot_scene.ts";
import { environmentOf, TAMPERINGS, verifiedBase } from "../support/tamperings.ts";
import { toolTest } from "../support/tools.ts";
import { readLayout } from "./read_layout.ts";

async function linesOf(image: ComparedImage, built: ComparedImage): Promise<readonly string[]> {
  const said = { image: "image", digest: "", built: "", base: { name: "base" } };
  return renderComparison({
    ...said,
    ...await compareImages(image, built),
    created: "",
    options: [],
  });
}

toolTest({ name: "compareImages() names every tampering", needs: ["cc"] }, async (t) => {
  await using scene = await robotScene({ environment: environmentOf("Monday") });
  const layout = join(scene.folder, "image");
  const { code, stderr } = await scene.build([
    ...["--base-image", `oci:${await verifiedBase()}`, "-t", "bot:1", "--oci-layout", layout],
  ], { env: { SOURCE_DATE_EPOCH: "1700000000" } });
  assert.equal(code, 0, stderr);
  const built = await readLayout(layout);
  await t.step("none", async () => {
    assert.match((await linesOf(await readLayout(layout), built)).at(-1)!, /^identical: /);
  });
  let count = 0;
  for (const [name, { tamper, said }] of Object.entries(TAMPERINGS)) {
    await t.step(name, async () => {
      const changed = join(scene.folder, `tampered-${count++}`);
      await cp(layout, changed, { recursive: true });
      await tamper(changed);
      const lines = await linesOf(await readLayout(changed), built);
      assert.match(lines.join("\n"), /^different: /m);
      assert.match(lines.join("\n"), said);
    });
  }
  assert.ok(count >= 20);
});
