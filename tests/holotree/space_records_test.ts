import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { type SpaceForm, spaceLayout, spaceRecords } from "../../src/holotree/mod.ts";
import type { LastEntry } from "../../src/packing/mod.ts";
import { repack } from "../../src/packing/repack.ts";
import { catalogJson, fileJson, metaOf, parse, STAGE } from "./catalog_of.ts";

const home = "/home/robot";
const layout = spaceLayout(STAGE, { home, robocorpHome: `${home}/.robocorp` });
const form: SpaceForm = { start: "checked", owner: { uid: 1000, gid: 1000 }, layout, home };
const places = { above: [], folder: layout.folder.slice(1), hololib: layout.hololib.slice(1) };

for (
  const [name, { indent = 2, reorder = false, rcc = "v18.18.1" }] of [
    ["as RCC writes it", {}],
    ["without line breaks", { indent: 0 }],
    ["with its fields in another order", { reorder: true }],
    ["with long texts before the tree", { rcc: "v".repeat(70_000) }],
  ] as readonly [string, { indent?: number; reorder?: boolean; rcc?: string }][]
) {
  Deno.test(`spaceRecords() gives the space's record of a catalog ${name}`, async () => {
    const { tree, ...fields } = catalogJson({ files: { a: fileJson("a") }, rcc });
    const json = reorder ? { tree, ...fields } : { ...fields, tree };
    const catalogFile = gzipSync(JSON.stringify(json, undefined, indent));
    const catalog = await parse(JSON.stringify(json));
    const records = await spaceRecords({ catalog, catalogFile }, places, form);
    const meta = records.find(({ path }) => path.endsWith(".meta"))!;
    const isPlain = indent === 2 && !reorder && rcc.length < 100;
    assert.equal(meta.type, isPlain ? "repacked" : "file");
    const identity = layout.name;
    const place = { identity, path: layout.folder, controller: "rcc.user", space: "user" };
    assert.deepEqual(gunzipSync(bytesOf(meta)), Buffer.from(metaOf(catalog, place)));
  });
}

function bytesOf(record: LastEntry): Uint8Array {
  if (record.type === "repacked") return repack(record);
  assert.ok(record.type === "file" && record.content.kind === "bytes");
  return record.content.bytes;
}
