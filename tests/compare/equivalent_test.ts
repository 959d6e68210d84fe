/** What has the same content is not the same bytes, and is no other image either. */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { compareImages, type Comparison } from "../../src/compare/mod.ts";
import { catalogFileName } from "../../src/holotree/mod.ts";
import { changeImage } from "../support/change_image.ts";
import { changeContent, changeLayer, layerEntries, repackLayer } from "../support/change_layer.ts";
import { type RobotScene, robotScene } from "../support/robot_scene.ts";
import { environmentOf, verifiedBase } from "../support/tamperings.ts";
import { toolTest } from "../support/tools.ts";
import { readLayout } from "./read_layout.ts";

const FOLDER = "home/dev/.robocorp/holotree/dc4d952_5a1fac3_9fcd2534";
const HOLOLIB = "home/robot/.robocorp/hololib";

async function builtScene(build: string, version?: string): Promise<RobotScene> {
  const scene = await robotScene({ environment: environmentOf(build, version) });
  const { code, stderr } = await scene.build([
    ...["--base-image", `oci:${await verifiedBase()}`, "-t", "bot:1", "--oci-layout", "image"],
  ], { env: { SOURCE_DATE_EPOCH: "1700000000" } });
  assert.equal(code, 0, stderr);
  return scene;
}

/** Compares with what a build with these records makes. */
async function compare({ folder, hash }: RobotScene, other: RobotScene, image = "image") {
  const catalogName = catalogFileName(hash);
  const catalogs = [`${HOLOLIB}/catalog/${catalogName}`, `${FOLDER}.meta`];
  return await compareImages(
    await readLayout(join(folder, image)),
    await readLayout(join(other.folder, "image")),
    {
      records: {
        ...{ folder: FOLDER, library: `${HOLOLIB}/library`, catalogs, catalogName },
        others: ["usr/local/share/rcc-oci/environment.json"],
        activation: `${FOLDER}/rcc_activate.json`,
      },
    },
  );
}

const pathsOf = (differences: Comparison["differences"]) =>
  differences.map((one) => one.kind === "entry" ? one.path.split("/").at(-1) : one.kind);

toolTest({ name: "the same content is equivalent", needs: ["cc"] }, async (t) => {
  await using monday = await builtScene("Monday");
  await using tuesday = await builtScene("Tuesday");
  const copy = async (name: string) => {
    const layout = join(monday.folder, name);
    await cp(join(monday.folder, "image"), layout, { recursive: true });
    return layout;
  };
  await t.step("an environment that was built anew", async () => {
    const { verdict, differences, records } = await compare(monday, tuesday);
    assert.deepEqual([verdict, differences], ["equivalent", []]);
    const written = records.filter(({ what }) => what === "content");
    assert.deepEqual(
      pathsOf(written).sort(),
      [
        catalogFileName(monday.hash),
        `${FOLDER.split("/").at(-1)}.meta`,
        "RECORD",
        "rcc_activate.json",
        "history",
        "tinyenv-1.0-0.json",
      ].sort(),
    );
  });
  await t.step("packed by another", async () => {
    const layout = await copy("repacked");
    await repackLayer(layout, 4, 1);
    const { verdict, repacked, differences } = await compare(monday, monday, "repacked");
    assert.deepEqual([verdict, differences], ["equivalent", []]);
    assert.deepEqual(repacked.map(({ number }) => number), [5]);
  });
  await t.step("the manifest of an engine", async () => {
    const layout = await copy("pushed");
    await changeImage(layout, ({ manifest }) => {
      delete manifest.annotations;
      for (const layer of manifest.layers) {
        delete layer.annotations;
        layer.mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip";
      }
    });
    const { verdict, isOtherManifest } = await compare(monday, monday, "pushed");
    assert.deepEqual([verdict, isOtherManifest], ["equivalent", true]);
  });
});

toolTest({ name: "records excuse nothing else", needs: ["cc"] }, async (t) => {
  await using monday = await builtScene("Monday");
  await using tuesday = await builtScene("Tuesday");
  const records = "rcc-oci: environment 95867f930bb13171: records";
  const changed = async (name: string, change: (layout: string) => Promise<void>) => {
    const layout = join(monday.folder, name);
    await cp(join(monday.folder, "image"), layout, { recursive: true });
    await change(layout);
    return await compare(monday, tuesday, name);
  };
  await t.step("a catalog that names another file of a package", async () => {
    await using evil = await builtScene("Monday", "2");
    const entries = await layerEntries(join(evil.folder, "image"), records);
    const { verdict, differences } = await changed(
      "evil",
      (layout) => changeLayer(layout, records, () => entries),
    );
    assert.equal(verdict, "different");
    assert.ok(pathsOf(differences).includes(catalogFileName(monday.hash)));
  });
  await t.step("variables that are not of the shell", async () => {
    const evil = JSON.stringify({ PATH: "/tmp:/bin", SHLVL: "Monday" });
    const { verdict, differences } = await changed(
      "activation",
      (layout) =>
        changeLayer(
          layout,
          records,
          changeContent(`${FOLDER}/rcc_activate.json`, () => new TextEncoder().encode(evil)),
        ),
    );
    assert.equal(verdict, "different");
    assert.ok(pathsOf(differences).includes("rcc_activate.json"));
  });
  await t.step("a catalog that cannot be read", async () => {
    const path = `${HOLOLIB}/catalog/${catalogFileName(monday.hash)}`;
    const { verdict } = await changed(
      "broken",
      (layout) => changeLayer(layout, records, changeContent(path, (bytes) => bytes.with(20, 1))),
    );
    assert.equal(verdict, "different");
  });
  await t.step("facts of an environment that has the same records", async () => {
    const layout = join(monday.folder, "facts");
    await cp(join(monday.folder, "image"), layout, { recursive: true });
    const facts = "rcc-oci: environment 95867f930bb13171: facts";
    const path = "usr/local/share/rcc-oci/environment.json";
    await changeLayer(layout, facts, changeContent(path, (bytes) => bytes.with(1, 0x20)));
    const { verdict, differences } = await compare(monday, monday, "facts");
    assert.deepEqual([verdict, pathsOf(differences)], ["different", ["environment.json"]]);
  });
});
