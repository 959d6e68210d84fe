import { deepEqual, equal } from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { infoOf } from "../../src/holotree/encode_catalog.ts";
import { spaceName, stageName } from "../../src/holotree/names.ts";
import { parseCatalog } from "../../src/holotree/parse_catalog.ts";
import { fixturePath, largeFixturePath, readSpaceMeta, TINY_HASH } from "../support/fixtures.ts";
import { catalogJson, fileJson, folderJson, metaOf, parse } from "./catalog_of.ts";
import { testOn, toolTest } from "../support/tools.ts";

const TINY_NAME = `${TINY_HASH}v12.linux_amd64`;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

for (const fixture of ["tiny", "tiny-nocompress", "tiny-shared"]) {
  Deno.test(`metaOf() writes the record of the space of ${fixture} as RCC does`, async () => {
    const written = await readSpaceMeta(fixture);
    const catalog = await parseCatalog(written, TINY_NAME);
    equal(text(metaOf(catalog, catalog)), text(written));
  });
}

Deno.test("metaOf() states the place of the space and leaves the rest as it is", async () => {
  const written = text(await readSpaceMeta("tiny"));
  const catalog = await parseCatalog(await readSpaceMeta("tiny"), TINY_NAME);
  const base = "/home/dev/.robocorp/holotree";
  const stage = stageName("/home/dev");
  const staged = { identity: stage, path: `${base}/${stage}`, controller: "", space: "" };
  const recorded = await parseCatalog(metaOf(catalog, staged), TINY_NAME);
  deepEqual({ ...recorded, tree: 0 }, { ...catalog, ...staged, tree: 0 });
  const identity = spaceName({ home: "/home/dev" });
  const place = { identity, path: `${base}/${identity}`, controller: "rcc.user", space: "user" };
  equal(text(metaOf(recorded, place)), written);
});

Deno.test("metaOf() writes what Go writes for odd names", async () => {
  const files = { "<&>": fileJson("<&>"), "\u2028\ud83d\ude00": fileJson("\u2028\ud83d\ude00") };
  const subdirs = {
    l: folderJson("l", { symlink: "a\tb", subdirs: { s: folderJson("s", { shadow: true }) } }),
  };
  const catalog = await parse(catalogJson({ files, subdirs }));
  const written = text(metaOf(catalog, catalog));
  const lines = written.split("\n").map((line) => line.trim());
  for (
    const line of [
      `"\\u003c\\u0026\\u003e": {`,
      `"name": "\\u2028\u{1f600}",`,
      `"symlink": "a\\tb",`,
      `"shadow": true`,
    ]
  ) {
    equal(lines.includes(line), true, line);
  }
  equal(lines.filter((line) => line.startsWith(`"shadow"`)).length, 1);
});

Deno.test({
  ...testOn(
    "metaOf() writes the record of a large environment's space as RCC did",
    "large fixtures",
  ),
  async fn() {
    const name = "e025a514f1c306c8v12.linux_amd64";
    const packed = await readFile(largeFixturePath("real", "large", name)!);
    const catalog = await parseCatalog(gunzipSync(packed), name);
    const identity = "a1246bc_5a1fac3_9fcd2534";
    const path = `/home/dev/.robocorp/holotree/${identity}`;
    const place = { identity, path, controller: "rcc.user", space: "user" };
    const written = metaOf(catalog, place);
    // What RCC wrote: the fixture's README has its size and its digest.
    equal(written.length, 30_597_452);
    equal(
      createHash("sha256").update(written).digest("hex"),
      "73186afc05d04d288dfb910fd9a19936198e4337f161de282273c83359208b57",
    );
  },
});

Deno.test("infoOf() writes the short records of space and catalog as RCC does", async () => {
  const catalog = await parseCatalog(await readSpaceMeta("tiny"), TINY_NAME);
  equal(
    text(infoOf(catalog, catalog)),
    await readFile(fixturePath("tiny", "space.meta.info"), "utf8"),
  );
  const stage = stageName("/home/dev");
  const path = `/home/dev/.robocorp/holotree/${stage}`;
  equal(
    text(infoOf(catalog, { identity: stage, path, controller: "", space: "" })),
    await readFile(fixturePath("tiny", `${TINY_NAME}.info`), "utf8"),
  );
});

toolTest({
  name: "infoOf() writes the short record of a large environment",
  needs: [],
  on: ["large fixtures"],
}, async () => {
  const written = await readFile(largeFixturePath("python", "space.meta.info")!, "utf8");
  const info = JSON.parse(written);
  const tree = { name: "", mode: 2 ** 31 };
  const json = JSON.stringify({ ...info, lifted: true, tree });
  const catalog = await parse(json, `${info.blueprint}v12.linux_amd64`);
  equal(text(infoOf(catalog, catalog)), written);
});
