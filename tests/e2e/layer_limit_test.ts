/** Engines take 125 layers: what the base leaves of them is what the environment may have. */
import assert from "node:assert/strict";
import type { OCIBuildPlan } from "../../src/build/oci_build_plan.ts";
import { baseOf, layerOf } from "../support/bases.ts";
import { busyboxEntries } from "../support/busybox_base.ts";
import { helloEnvironment, robotScene, type SceneFiles } from "../support/robot_scene.ts";
import { toolTest } from "../support/tools.ts";
import { COMMON_CONFIG } from "../support/write_layout.ts";

const SITE = "lib/python3.11/site-packages";

/** Enough packages for every bucket. */
function manyPackages(stage: string): SceneFiles {
  const names = Array.from({ length: 120 }, (_, i) => `package_${i}`);
  const files = names.flatMap((name): readonly (readonly [string, string])[] => {
    const info = `${SITE}/${name}-1.0.dist-info`;
    return [
      [`${SITE}/${name}.py`, `name = "${name}"\n`],
      [`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`],
      [`${info}/RECORD`, `${name}.py,,\n${name}-1.0.dist-info/METADATA,,\n`],
    ];
  });
  const stray = { [`${SITE}/stray.py`]: "stray = True\n" };
  return { ...helloEnvironment(stage), ...stray, ...Object.fromEntries(files) };
}

async function baseOfLayers(count: number): Promise<string> {
  const more = Array.from(
    { length: count - 1 },
    (_, i) => layerOf([{ path: `opt/layer_${i}`, content: `${i}\n` }]),
  );
  const layers = [layerOf(await busyboxEntries()), ...more];
  return `oci:${await baseOf({ layers, config: COMMON_CONFIG })}`;
}

toolTest({ name: "on a base of many layers an image has 125", needs: ["apt", "cc"] }, async () => {
  await using scene = await robotScene({ environment: manyPackages });
  const plan = async (base: number) => {
    const args = ["--base-image", await baseOfLayers(base), "-t", "bot:1", "--plan", "--json"];
    return await scene.build([...args, "--save", "image.tar"]);
  };
  const countLayers = async (base: number) => {
    const { code, stdout, stderr } = await plan(base);
    assert.equal(code, 0, stderr);
    const { layers }: OCIBuildPlan = JSON.parse(stdout);
    return base + layers.filter(({ name }) => name !== "base").length;
  };
  assert.ok(await countLayers(80) < 125, "the base leaves more than the environment needs");
  assert.equal(await countLayers(110), 125);
  assert.equal(await countLayers(121), 125);
  const { code, stderr } = await plan(122);
  assert.equal(code, 6);
  assert.match(stderr, /it has 122 layers, with .* own 4 they are 126, .* a base of at most 121,/);
  assert.equal(stderr.match(/^Error: /gm)?.length, 1);
});
