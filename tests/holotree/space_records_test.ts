import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { type SpaceForm, spaceLayout, spaceRecords } from "../../src/holotree/mod.ts";
import { repack } from "../../src/packing/repack.ts";
import { catalogJson, fileJson, metaOf, parse, STAGE } from "./catalog_of.ts";

const home = "/home/robot";
const layout = spaceLayout(STAGE, { home, robocorpHome: `${home}/.robocorp` });
const form: SpaceForm = { start: "checked", owner: { uid: 1000, gid: 1000 }, layout, home };
const places = { above: [], folder: layout.folder.slice(1), hololib: layout.hololib.slice(1) };

for (
  const [name, indent, reorder] of [
    ["as RCC writes it", 2, false],
    ["without line breaks", undefined, false],
    ["with its fields in another order", 2, true],
  ] as const
) {
  Deno.test(`spaceRecords() gives the space's record of a catalog ${name}`, async () => {
    const { tree, ...fields } = catalogJson({ files: { a: fileJson("a") } });
    const json = reorder ? { tree, ...fields } : { ...fields, tree };
    const catalogFile = gzipSync(JSON.stringify(json, undefined, indent));
    const catalog = await parse(JSON.stringify(json));
    const records = await spaceRecords({ catalog, catalogFile }, places, form);
    const meta = records.find(({ path }) => path.endsWith(".meta"));
    assert.ok(meta?.type === "repacked");
    const identity = layout.name;
    const place = { identity, path: layout.folder, controller: "rcc.user", space: "user" };
    assert.deepEqual(gunzipSync(repack(meta)), Buffer.from(metaOf(catalog, place)));
  });
}
