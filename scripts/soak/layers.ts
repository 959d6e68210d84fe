// deno-lint-ignore-file no-console
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Descriptor, digestOf } from "../../src/oci/mod.ts";
import { debianBase } from "../../tests/support/bases.ts";
import { blobPath, changeImage } from "../../tests/support/change_image.ts";
import { ENGINES } from "../../tests/support/engines.ts";
import { temporaryFolder } from "../../tests/support/temporary_folder.ts";
import { hasTool } from "../../tests/support/tools.ts";
import { layerOf } from "../../tests/support/write_layout.ts";
import { CACHE, remove } from "../bench/folder.ts";
import { benchLibraries, type BenchLibrary } from "../bench/libraries.ts";
import { OwnProgram } from "../bench/own_build.ts";
import { table } from "../bench/part.ts";

/** How many layers docker takes. */
const MOST = 125;
/** Of a build and of a container's run, on a busy machine and a slow disk. */
const TIMEOUT_MS = 600_000;

interface Case {
  /** How many layers the base has. */
  readonly base: number;
  readonly args: readonly string[];
}

const CASES: readonly Case[] = [
  { base: 1, args: [] },
  { base: 1, args: ["--max-layers", "1"] },
  { base: 100, args: [] },
  { base: 121, args: [] },
];

/** An environment of many packages in one layer and in as many as may be, run by each engine. */
export async function soakLayers(): Promise<void> {
  const [library] = await benchLibraries(["large"], console.log);
  assert.ok(library !== undefined, "expected the large library");
  const program = await OwnProgram.bundle();
  await remove(CACHE);
  const rows: string[][] = [];
  for (const one of CASES) rows.push(await tryCase(one, { library, program }));
  await remove(CACHE);
  console.log(
    table(["base's layers", "options", "layers", ...ENGINES.map(({ name }) => name)], rows),
  );
}

/** The case's row. */
async function tryCase(
  { base, args }: Case,
  { library, program }: { readonly library: BenchLibrary; readonly program: OwnProgram },
): Promise<string[]> {
  await using folder = await temporaryFolder();
  const [layout, archive, metadata] = ["base", "image.tar", "metadata.json"]
    .map((name) => join(folder.path, name)) as [string, string, string];
  await cp(await debianBase(), layout, { recursive: true });
  await addLayers(layout, base - 1);
  const outputs = ["--save", archive, "--metadata-file", metadata];
  await program.build(library, { args: [...args, ...outputs], base: layout });
  const { layers } = JSON.parse(await readFile(metadata, "utf8"));
  assert.ok(layers.length <= MOST, `the image has ${layers.length} layers`);
  const cells: string[] = [];
  for (const engine of ENGINES) {
    if (!engine.needs.every(hasTool)) {
      cells.push("not here");
      continue;
    }
    const [reference] = await engine.load(archive);
    const { code, stdout, stderr } = await engine.run(reference!, { timeoutMs: TIMEOUT_MS });
    assert.deepEqual([code, stdout], [0, "begun\n"], `${engine.name}: ${stderr}`);
    await engine.command([engine.name === "containerd" ? "images" : "image", "rm", reference!]);
    cells.push("runs");
    console.log(`${["base of", base, ...args].join(" ")}: runs in ${engine.name}`);
  }
  return [String(base), args.join(" "), String(layers.length), ...cells];
}

/** Adds layers of one file each to the only image of a layout. */
async function addLayers(layout: string, count: number): Promise<void> {
  const layers: Descriptor[] = [];
  for (let i = 0; i < count; i++) {
    const { tar } = layerOf([{ path: `opt/layer_${i}`, content: `${i}\n` }]);
    const digest = digestOf(tar);
    await writeFile(blobPath(layout, digest), tar);
    layers.push({ mediaType: "application/vnd.oci.image.layer.v1.tar", digest, size: tar.length });
  }
  await changeImage(layout, ({ manifest, config }) => {
    manifest.layers.push(...layers);
    config.rootfs.diff_ids.push(...layers.map(({ digest }) => digest));
    config.history?.push(...layers.map(() => ({ created_by: "one file" })));
  });
}
