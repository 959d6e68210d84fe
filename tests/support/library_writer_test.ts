import { deepEqual, equal, rejects } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { blueprintText } from "../../src/holotree/blueprint.ts";
import { findFile } from "../../src/holotree/file_record.ts";
import { locateBlobs } from "../../src/holotree/locate_blobs.ts";
import { stageName } from "../../src/holotree/names.ts";
import { openLibrary } from "../../src/holotree/open_library.ts";
import { walkCatalog } from "../../src/holotree/walk_catalog.ts";
import { parseCondaFile } from "../../src/robot/mod.ts";
import { fixturePath, largeFixturePath, TINY_HASH, unpackLibrary } from "./fixtures.ts";
import { offsetsOf } from "./lift_folder.ts";
import { stagePath, writeHololibZip, writeLibrary } from "./library_writer.ts";
import { restoreStage } from "./restore_stage.ts";
import { namesOf } from "../holotree/catalog_of.ts";
import { IS_SOAK } from "./soak.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run, testOn, toolTest } from "./tools.ts";

const BLUEPRINT = "channels:\n- conda-forge\ndependencies:\n- tinyenv=1.0";

const PRIVATE = { home: "/home/robot", blueprint: "x", mode: "private" } as const;

const FIXTURES = [
  { fixture: "tiny", home: "/home/dev", mode: "private" },
  { fixture: "tiny-nocompress", home: "/home/dev2", mode: "raw" },
  { fixture: "tiny-shared", home: "/home/dev3", mode: "shared" },
] as const;

/** Restores what RCC recorded, records it again, and compares all that is written. */
async function requireRoundTrip(
  original: string,
  { hash, ...options }: {
    hash: string;
    home: string;
    blueprint: string;
    mode: "private" | "raw" | "shared";
  },
): Promise<void> {
  await using folder = await temporaryFolder();
  const from = join(folder.path, "stage");
  const to = join(folder.path, "library");
  await mkdir(from);
  const library = await openLibrary(original);
  await restoreStage(library, hash, from);
  equal((await writeLibrary({ from, to, ...options })).hash, hash);
  const rewritten = await openLibrary(to);
  const [before, after] = await Promise.all([library, rewritten].map((it) => it.readCatalog(hash)));
  equal(
    gunzipSync(after!.bytes).toString(),
    gunzipSync(before!.bytes).toString(),
  );
  if (before!.info !== undefined) deepEqual(after!.info, before!.info);
  const { blobs, missing } = await locateBlobs(rewritten, after!.catalog);
  deepEqual(missing, []);
  const known = (await locateBlobs(library, before!.catalog)).blobs;
  equal([...blobs.sizes()].length, [...known.sizes()].length);
}

for (const { fixture, home, mode } of FIXTURES) {
  Deno.test(`writeLibrary() records ${fixture} as RCC did`, async () => {
    const options = { hash: TINY_HASH, home, blueprint: BLUEPRINT, mode };
    if (fixture === "tiny") {
      await requireRoundTrip(fixturePath("tiny", "hololib.zip"), options);
    } else {
      await using unpacked = await unpackLibrary(fixture);
      await requireRoundTrip(unpacked.path, options);
    }
  });
}

toolTest({
  name: "writeLibrary() records a whole Python as RCC did",
  needs: [],
  on: ["large fixtures"],
}, async () => {
  await requireRoundTrip(largeFixturePath("python", "hololib.zip")!, {
    hash: "0259c410a1b4cf67",
    home: "/home/dev",
    blueprint: "channels:\n- conda-forge\ndependencies:\n- python=3.11.7\n- pip=23.2.1\n- pip:\n" +
      "  - requests==2.31.0\n  - pyyaml==6.0.1",
    mode: "private",
  });
});

if (IS_SOAK) {
  Deno.test({
    ...testOn("writeLibrary() records packages of PyPI as RCC did", "large fixtures"),
    async fn() {
      await using folder = await temporaryFolder();
      await run("tar", ["-xf", largeFixturePath("real", "medium-hololib.tar")!, "-C", folder.path]);
      const yaml = await readFile(largeFixturePath("real", "medium-2.conda.yaml")!, "utf8");
      await requireRoundTrip(join(folder.path, "hololib"), {
        hash: "1a124279ca3f8887",
        home: "/home/dev",
        blueprint: blueprintText(parseCondaFile(yaml, "conda.yaml")),
        mode: "private",
      });
    },
  });
}

Deno.test("writeLibrary() writes the marks of shared and raw libraries", async () => {
  await using folder = await temporaryFolder();
  for (const mode of ["private", "raw", "shared"] as const) {
    const from = join(folder.path, mode);
    const to = join(folder.path, `${mode} library`);
    await mkdir(from);
    await writeLibrary({ ...PRIVATE, from, to, mode });
    const names = (await readdir(join(to, "catalog"))).filter((name) => !name.includes("v12."));
    deepEqual(names, { private: [], raw: ["compress.no"], shared: ["init"] }[mode]);
  }
  deepEqual(await readdir(join(folder.path, "shared library", "catalog", "init")), ["dc4d952"]);
});

Deno.test("writeLibrary() records what is behind a symlinked folder, but keeps no blobs of it", async () => {
  await using folder = await temporaryFolder();
  const from = join(folder.path, "stage");
  const outside = join(folder.path, "outside");
  await mkdir(join(outside, "deep"), { recursive: true });
  await writeFile(join(outside, "deep", "f"), "outside");
  await mkdir(from);
  await writeFile(join(from, "inside"), "inside");
  await symlink(outside, join(from, "out"));
  const to = join(folder.path, "library");
  const { hash } = await writeLibrary({ ...PRIVATE, from, to });
  const library = await openLibrary(to);
  const { catalog } = await library.readCatalog(hash);
  const { tree } = catalog;
  const [out, deep] = ["out", "deep"].map((name) => namesOf(tree).indexOf(name));
  equal(tree.symlinks.get(out!), outside);
  deepEqual([...tree.shadows], [deep]);
  const { missing } = await locateBlobs(library, catalog);
  deepEqual(missing.map(({ path }) => path), ["out/deep/f"]);
});

Deno.test("writeLibrary() leaves out what RCC never records", async () => {
  await using folder = await temporaryFolder();
  const from = join(folder.path, "stage");
  const never = ["__pycache__", ".git", ".hg", ".svn", "__MACOSX", "x.git"];
  for (const name of [...never, "kept"]) await mkdir(join(from, name), { recursive: true });
  for (const name of [".gitignore", "m.pyc", "m.py"]) await writeFile(join(from, name), name);
  const { catalog } = await writeLibrary({ ...PRIVATE, from, to: join(folder.path, "library") });
  deepEqual([...walkCatalog(catalog)].map(({ path }) => path), ["identity.yaml", "kept", "m.py"]);
});

Deno.test("writeLibrary() finds the stage's name wherever it stands, and keeps modes", async () => {
  await using folder = await temporaryFolder();
  const from = join(folder.path, "stage");
  await mkdir(from);
  const path = stagePath({ home: "/home/robot", mode: "private" });
  const name = path.slice(-24);
  await writeFile(join(from, "f"), `${name}${name}é${path}`);
  await chmod(join(from, "f"), 0o6711);
  await symlink(`${path}/f`, join(from, "link"));
  const { catalog } = await writeLibrary({ ...PRIVATE, from, to: join(folder.path, "library") });
  const file = findFile(catalog, "f")!;
  deepEqual(file.rewrite, [0, 24, 50 + path.length - 24]);
  equal(file.mode, 2 ** 23 + 2 ** 22 + 0o711);
  deepEqual(findFile(catalog, "link"), { ...file, name: "link", symlink: `${path}/f` });
});

Deno.test("writeLibrary() finds a name at the end of what RCC reads at once as RCC does", () => {
  const name = Buffer.from(stageName("/home/robot"));
  const step = 32 * 1024;
  const found = (before: string, size: number, after = "") => {
    const content = Buffer.alloc(size, "-");
    content.write(before + name.toString(), size - name.length - before.length);
    return offsetsOf(name, Buffer.concat([content, Buffer.from(after)]));
  };
  const at = step - name.length;
  deepEqual(found("/", step, "/bin"), [at, at]);
  deepEqual(found("t", step, "/bin"), [at]);
  deepEqual(found("/", step - 1, "/bin"), [at - 1]);
  deepEqual(found("t", step - 1, "/bin"), [at - 1]);
  deepEqual(found("/", step + 1, "/bin"), [at + 1]);
  deepEqual(found("/", step), [at]);
  deepEqual(found("t", step), []);
  deepEqual(found("", name.length), []);
  deepEqual(found("", name.length, "/bin"), [0]);
});

Deno.test("writeLibrary() refuses a broken link, as RCC does", async () => {
  await using folder = await temporaryFolder();
  const from = join(folder.path, "stage");
  await mkdir(from);
  await symlink("none", join(from, "link"));
  const to = join(folder.path, "library");
  await rejects(writeLibrary({ ...PRIVATE, from, to }));
});

Deno.test("writeHololibZip() exports what openLibrary() reads", async () => {
  await using unpacked = await unpackLibrary("tiny-shared");
  await using folder = await temporaryFolder();
  const to = join(folder.path, "hololib.zip");
  await writeHololibZip({ library: unpacked.path, catalog: TINY_HASH, to });
  const library = await openLibrary(to);
  const { catalog, bytes } = await library.readCatalog(TINY_HASH);
  const file = join(unpacked.path, "catalog", `${TINY_HASH}v12.linux_amd64`);
  deepEqual(new Uint8Array(bytes), new Uint8Array(await readFile(file)));
  const { blobs, missing } = await locateBlobs(library, catalog);
  deepEqual([[...blobs.sizes()].length, missing.length], [21, 0]);
});
