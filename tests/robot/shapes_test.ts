import assert from "node:assert/strict";
import { dirname, join, normalize } from "node:path";
import { failuresOf } from "../../src/failure/mod.ts";
import { listRobotFiles, readRobot } from "../../src/robot/mod.ts";
import { failuresFrom } from "./failures.ts";
import { folderOf } from "./robot_folder.ts";
import { type Shape, SHAPES } from "./shapes.ts";

async function repositoryOf({ yaml, files = {}, links = {}, at = "robot" }: Shape) {
  const all = { ...("robot.yaml" in links ? {} : { "robot.yaml": yaml }), ...files };
  const folder = await folderOf(
    Object.fromEntries(Object.entries(all).map(([path, text]) => [join(at, path), text])),
  );
  for (const [path, target] of Object.entries(links)) {
    const place = join(folder.path, at, path);
    await Deno.mkdir(dirname(place), { recursive: true });
    await Deno.symlink(target, place);
  }
  return folder;
}

async function pack(folder: string, { at = "robot" }: Shape, root?: string) {
  const robot = await readRobot(join(folder, at), { root });
  const listing = await listRobotFiles(robot, { hostOs: "linux" });
  return { robot, listing, warnings: [...robot.warnings, ...listing.warnings] };
}

for (const shape of SHAPES) {
  const { what, rcc, unusable, outside = false, warnings = [], has = [], lacks = [] } = shape;
  const isPacked = rcc === "accepts" && unusable === undefined;
  Deno.test(`a robot with ${what} is ${isPacked ? "packed" : "refused"}`, async () => {
    await using folder = await repositoryOf(shape);
    if (!isPacked) {
      assert.notEqual((await failuresFrom(() => pack(folder.path, shape))).length, 0);
      return;
    }
    if (outside) {
      const error = await pack(folder.path, shape).catch((error) => error);
      assert.deepEqual(failuresOf(error).map(({ id }) => id), ["robot/outside"]);
    }
    const packed = await pack(folder.path, shape, outside ? folder.path : undefined);
    assert.deepEqual(packed.warnings.map(({ kind }) => kind).sort(), warnings.toSorted());
    const paths = packed.listing.entries.map(({ path }) => path);
    const { root } = packed.robot.reach;
    assert.equal(root, outside ? folder.path : normalize(join(folder.path, shape.at ?? "robot")));
    for (const path of has) assert.ok(paths.includes(path), `${path} of ${paths}`);
    for (const path of lacks) assert.ok(!paths.includes(path), `${path} of ${paths}`);
  });
}

Deno.test("the shapes are many, and none that RCC accepts and can start is refused", () => {
  const packed = SHAPES.filter(({ rcc, unusable }) => rcc === "accepts" && unusable === undefined);
  assert.ok(packed.length >= 60, `${packed.length}`);
  assert.equal(new Set(SHAPES.map(({ what }) => what)).size, SHAPES.length);
});
