import assert from "node:assert/strict";
import { join } from "node:path";
import { streamOf } from "../../src/bytes/mod.ts";
import { type Descriptor, digestOf, encodeJson, MEDIA_TYPES } from "../../src/oci/mod.ts";
import { OciLayout } from "../../src/store/mod.ts";
import { HAS_PIPES, makePipe } from "../support/pipe.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

const NAME = "org.opencontainers.image.ref.name";

function manifest(text: string, name?: string): Descriptor {
  const bytes = new TextEncoder().encode(text);
  return {
    mediaType: MEDIA_TYPES.manifest,
    digest: digestOf(bytes),
    size: bytes.length,
    ...(name === undefined ? {} : { annotations: { [NAME]: name } }),
  };
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(path));
}

Deno.test("OciLayout.openOrCreate() makes a layout whose index comes with its first image", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "new", "layout");
  const layout = await OciLayout.openOrCreate(path);
  assert.deepEqual(await readJson(join(path, "oci-layout")), { imageLayoutVersion: "1.0.0" });
  assert.deepEqual([...Deno.readDirSync(path)].map(({ name }) => name), ["oci-layout"]);
  assert.deepEqual((await layout.readIndex()).manifests, []);
  await layout.addManifests([manifest("a", "a:1")]);
  assert.deepEqual(await readJson(join(path, "index.json")), {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: [manifest("a", "a:1")],
  });
});

Deno.test("OciLayout.openOrCreate() opens a layout that is there, with what is in it", async () => {
  await using folder = await temporaryFolder();
  await (await OciLayout.openOrCreate(folder.path)).addManifests([manifest("a", "a")]);
  const again = await OciLayout.openOrCreate(folder.path);
  assert.deepEqual((await again.readIndex()).manifests, [manifest("a", "a")]);
});

Deno.test("OciLayout.openOrCreate() refuses a folder with something else in it", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(join(folder.path, "thesis.odt"), "");
  await assert.rejects(
    OciLayout.openOrCreate(folder.path),
    /expected an OCI image layout or an empty folder, found "thesis.odt" in it/,
  );
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["thesis.odt"]);
});

Deno.test("OciLayout.open() refuses what is no layout, or one of another version", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "layout");
  await assert.rejects(OciLayout.open(path), { code: "ENOENT" });
  await Deno.mkdir(path);
  await assert.rejects(OciLayout.open(path), /found no file "oci-layout"/);
  await Deno.writeTextFile(join(path, "oci-layout"), `{"imageLayoutVersion":"2.0.0"}`);
  await assert.rejects(OciLayout.open(path), /expected version "1.0.0" .* found "2.0.0"/);
  await Deno.writeTextFile(join(path, "oci-layout"), `no JSON`);
  await assert.rejects(OciLayout.open(path), SyntaxError);
});

Deno.test("OciLayout.addManifests() replaces images of the same name and keeps all others", async () => {
  await using folder = await temporaryFolder();
  const layout = await OciLayout.openOrCreate(folder.path);
  await layout.addManifests([manifest("1", "a"), manifest("2", "b"), manifest("3"), manifest("4")]);
  await layout.addManifests([manifest("5", "b"), manifest("6")]);
  assert.deepEqual((await layout.readIndex()).manifests, [
    manifest("1", "a"),
    manifest("3"),
    manifest("4"),
    manifest("5", "b"),
    manifest("6"),
  ]);
});

Deno.test("OciLayout.addManifests() keeps fields that it does not know", async () => {
  await using folder = await temporaryFolder();
  const layout = await OciLayout.openOrCreate(folder.path);
  const foreign = {
    ...manifest("1"),
    artifactType: "application/x",
    platform: { os: "windows", architecture: "amd64", "os.version": "10.0" },
    data: "MQ==",
  };
  const index = { schemaVersion: 2, manifests: [foreign], annotations: { a: "b" }, more: [1] };
  await Deno.writeFile(join(folder.path, "index.json"), encodeJson(index));
  await layout.addManifests([manifest("2", "b")]);
  assert.deepEqual(await readJson(join(folder.path, "index.json")), {
    ...index,
    manifests: [foreign, manifest("2", "b")],
  });
});

Deno.test("OciLayout.addManifests() loses no image when many add at once", async () => {
  await using folder = await temporaryFolder();
  const names = Array.from({ length: 12 }, (_, i) => `image:${i}`);
  await OciLayout.openOrCreate(folder.path);
  await Promise.all(names.map(async (name) => {
    const layout = await OciLayout.open(folder.path);
    await layout.addManifests([manifest(name, name)]);
  }));
  const { manifests } = await (await OciLayout.open(folder.path)).readIndex();
  assert.deepEqual(manifests.map(({ annotations }) => annotations?.[NAME]).sort(), names.sort());
});

Deno.test("OciLayout.addManifests() leaves a damaged index as it is", async () => {
  await using folder = await temporaryFolder();
  const layout = await OciLayout.openOrCreate(folder.path);
  for (const text of ["{", `{"schemaVersion":2}`, `[]`]) {
    await Deno.writeTextFile(join(folder.path, "index.json"), text);
    await assert.rejects(layout.addManifests([manifest("1")]), SyntaxError);
    await assert.rejects(layout.readIndex(), SyntaxError);
    assert.equal(await Deno.readTextFile(join(folder.path, "index.json")), text);
  }
});

toolTest({ name: "skopeo reads an image of an OciLayout", needs: ["skopeo"] }, async () => {
  await using folder = await temporaryFolder();
  const layout = await OciLayout.openOrCreate(folder.path);
  const config = await layout.put(
    streamOf(encodeJson({
      os: "linux",
      architecture: "amd64",
      rootfs: { type: "layers", diff_ids: [] },
    })),
    MEDIA_TYPES.config,
  );
  const image = await layout.put(
    streamOf(encodeJson({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config,
      layers: [],
    })),
    MEDIA_TYPES.manifest,
  );
  await layout.addManifests([{ ...image, annotations: { [NAME]: "1.0" } }]);
  const { stdout } = await run("skopeo", ["inspect", `oci:${folder.path}:1.0`]);
  assert.equal(JSON.parse(stdout).Digest, image.digest);
});

Deno.test("OciLayout refuses what stands in the index's place and is no index", async () => {
  await using folder = await temporaryFolder();
  const index = join(folder.path, "index.json");
  const layout = await OciLayout.openOrCreate(folder.path);
  const refuses = async (found: RegExp) => {
    await assert.rejects(layout.readIndex(), { name: "SyntaxError", message: found });
    await assert.rejects(OciLayout.requireUsable(folder.path), { message: found });
    await assert.rejects(layout.addManifests([manifest("a", "a:1")]), { message: found });
    await Deno.remove(index);
  };
  await Deno.mkdir(index);
  await refuses(/^expected a file, found a folder in place of "index.json"$/);
  await Deno.writeFile(index, new Uint8Array(16 * 1024 * 1024 + 1));
  await refuses(/^expected at most 16777216 bytes in .*, found 16777217 in place of "index.json"$/);
  if (!HAS_PIPES) return;
  await makePipe(index);
  await refuses(/^expected a file, found a pipe in place of "index.json"$/);
  if (Deno.build.os !== "linux") return;
  await Deno.symlink("/dev/zero", index);
  await refuses(/^expected at most 16777216 bytes in .*, found 1677/);
});
