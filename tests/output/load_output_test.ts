/** What an engine is sent, and what is asked of it before. */
import assert from "node:assert/strict";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import process from "node:process";
import type { Image } from "../../src/image/mod.ts";
import { digestOf, encodeJson, hexOf, MEDIA_TYPES, parseReference } from "../../src/oci/mod.ts";
import { loadOutput } from "../../src/output/mod.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

/** An image of these layers, whose diffIds are their texts. */
function imageOfLayers(...texts: readonly string[]): Image {
  const blobs = new MemoryStore();
  const layers = texts.map((text) => ({
    blobs,
    descriptor: blobs.add(new TextEncoder().encode(`layer ${text}`), MEDIA_TYPES.layerGzip),
  }));
  const inline = (value: unknown, mediaType: string) => {
    const bytes = encodeJson(value);
    return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } };
  };
  const config = inline({ rootfs: { type: "layers", diff_ids: texts } }, MEDIA_TYPES.config);
  const manifest = inline({ config: config.descriptor, texts }, MEDIA_TYPES.manifest);
  return { config, manifest, layers, tags: [parseReference("bot:1")], created: new Date(0) };
}

interface Engine {
  /** The layers of its images, by their ids. */
  readonly images?: Readonly<Record<string, readonly string[]>>;
  /** An image that it lists, and does not have when it is asked about it. */
  readonly gone?: string;
  /** What it says of its storage. */
  readonly status?: string;
  /** What it says of the image that was loaded, its right id by default. */
  readonly loaded?: string;
  /** Refuses archives that have fewer layers. */
  readonly least?: number;
}

/** Loads the image into a docker that is a script. @returns The layers of each archive that it was sent. */
async function sentTo(
  image: Image,
  {
    images = {},
    gone = "",
    status = "[]",
    loaded = `sha256:${hexOf(image.config.descriptor.digest)}`,
    least = 0,
  }: Engine,
): Promise<readonly (readonly string[])[]> {
  await using folder = await temporaryFolder();
  const bin = join(folder.path, "bin");
  await mkdir(bin);
  for (const [id, layers] of Object.entries(images)) {
    await writeFile(join(folder.path, `${id}.json`), `${JSON.stringify(layers)}\n`);
  }
  const names = [...Object.keys(images), gone].join("\n");
  await writeFile(
    join(bin, "docker"),
    `#!/bin/sh
cd "${folder.path}"
case "$1 $2 $4" in
  "info "*) echo '${status}';;
  "image ls "*) echo "${names}";;
  "image inspect {{.Id}}") echo "${loaded}";;
  "image inspect "*) shift 4; for id; do cat "$id.json" || exit 1; done;;
  load*) n=$(ls -d archive-* 2> /dev/null | wc -l); mkdir "archive-$n"; tar -xC "archive-$n"
    [ "$(ls "archive-$n/blobs/sha256" | wc -l)" -ge ${least} ];;
esac
`,
  );
  await chmod(join(bin, "docker"), 0o755);
  const path = process.env["PATH"]!;
  process.env["PATH"] = `${bin}${delimiter}${path}`;
  try {
    let bytes = 0;
    const onProgress = (more: number) => bytes += more;
    assert.deepEqual(await loadOutput("docker").write(image, { onProgress }), [
      { kind: "load", where: "docker" },
    ]);
    const size = image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
    assert.ok(bytes >= size, "what needs not be sent is done, too");
  } finally {
    process.env["PATH"] = path;
  }
  const { stdout } = await run("sh", ["-c", "ls -d archive-* | sort"], { cwd: folder.path });
  return await Promise.all(
    stdout.trim().split("\n").map(async (archive) => {
      const [{ Layers }] = JSON.parse(
        await readFile(join(folder.path, archive, "manifest.json"), "utf8"),
      );
      assert.equal(Layers.length, image.layers.length, "all are named");
      const there = await Promise.all(
        Layers.map((name: string) =>
          readFile(join(folder.path, archive, name), "utf8").catch(() => "")
        ),
      );
      return there.filter((text) => text !== "").map((text) => text.replace("layer ", ""));
    }),
  );
}

const NEEDS = { needs: ["tar"], on: ["no Windows"] } as const;
const image = imageOfLayers("base", "runtime", "environment", "robot");
const whole = ["base", "runtime", "environment", "robot"];

toolTest({ name: "loadOutput() sends no layer that the engine has below", ...NEEDS }, async () => {
  const older = ["base", "runtime", "environment", "older robot"];
  assert.deepEqual(await sentTo(image, { images: { a: ["other"], b: older, c: ["base"] } }), [
    ["robot"],
  ]);
  assert.deepEqual(await sentTo(image, { images: { a: whole } }), [[]]);
});

toolTest(
  { name: "loadOutput() sends a layer that lies upon others there, or again above", ...NEEDS },
  async () => {
    const upon = ["base", "older runtime", "environment", "robot"];
    assert.deepEqual(await sentTo(image, { images: { a: upon } }), [
      ["runtime", "environment", "robot"],
    ]);
    const twice = imageOfLayers("empty", "base", "empty");
    assert.deepEqual(await sentTo(twice, { images: { a: ["empty", "base"] } }), [
      ["empty", "empty"],
    ]);
  },
);

toolTest(
  { name: "loadOutput() sends all to an engine with nothing, or that says nothing", ...NEEDS },
  async () => {
    assert.deepEqual(await sentTo(image, {}), [whole]);
    assert.deepEqual(await sentTo(image, { images: { a: ["other"] } }), [whole]);
    assert.deepEqual(await sentTo(image, { images: { a: whole }, gone: "b" }), [whole]);
  },
);

toolTest(
  { name: "loadOutput() sends all to a docker that keeps blobs, which it would miss", ...NEEDS },
  async () => {
    const status = '[["driver-type","io.containerd.snapshotter.v1"]]';
    assert.deepEqual(await sentTo(image, { images: { a: whole }, status }), [whole]);
  },
);

toolTest(
  { name: "loadOutput() sends all when the engine does not take a part for the whole", ...NEEDS },
  async () => {
    const images = { a: ["base", "runtime"] };
    const expected = [["environment", "robot"], whole];
    assert.deepEqual(await sentTo(image, { images, least: 6 }), expected);
    assert.deepEqual(await sentTo(image, { images, loaded: "sha256:0000" }), expected);
    assert.deepEqual(await sentTo(image, { images, loaded: "" }), expected);
  },
);
