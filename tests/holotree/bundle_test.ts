import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../src/failure/mod.ts";
import { unpackBundle } from "../../src/holotree/mod.ts";
import { bundleOf, PAYLOAD_MARK } from "../support/bundle_of.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { zipOf, type ZipPart } from "./zip_of.ts";
import { testOn } from "../support/tools.ts";

const ROBOT_YAML = "tasks:\n  Hello:\n    shell: hello\nartifactsDir: output\n";
const LIBRARY = "a library, ".repeat(20_000);

const PARTS: readonly ZipPart[] = [
  { name: "robot/robot.yaml", content: ROBOT_YAML, method: 8 },
  { name: "robot/bin/start.sh", content: "#!/bin/sh\nhello\n", method: 8 },
  { name: "robot/bin/grün.txt".replace("ü", "\xc3\xbc"), content: "", method: 0 },
  { name: "envs/default/conda.yaml", content: "dependencies: []\n" },
  { name: "hololib/hololib.zip", content: LIBRARY, method: 8 },
];

interface Unpacked {
  /** Content by path, of what was unpacked. */
  readonly files: Readonly<Record<string, string>>;
  readonly robot: string;
}

/** Unpacks a file of this content, and looks at all of it. */
async function unpack(bytes: Uint8Array, name = "invoices.py"): Promise<Unpacked | undefined> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, name);
  await writeFile(path, bytes);
  const bundle = await unpackBundle(path);
  if (bundle === undefined) return undefined;
  const files: Record<string, string> = {};
  {
    await using _bundle = bundle;
    for (const entry of await readdir(bundle.robot, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      files[file.slice(bundle.robot.length + 1).replaceAll("\\", "/")] = await readFile(
        file,
        "utf8",
      );
    }
  }
  await assert.rejects(stat(bundle.robot), { code: "ENOENT" });
  return { files, robot: bundle.robot };
}

async function refuse(bytes: Uint8Array, message: RegExp): Promise<void> {
  await assert.rejects(unpack(bytes), (error: Failure) => {
    assert.ok(error instanceof Failure, String(error));
    assert.equal(error.id, "robot/bundle");
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("unpackBundle() has the robot with its library beside it, until it is disposed of", async () => {
  const { files, robot } = (await unpack(bundleOf(PARTS)))!;
  assert.deepEqual(files, {
    "robot.yaml": ROBOT_YAML,
    "bin/start.sh": "#!/bin/sh\nhello\n",
    "bin/grün.txt": "",
    "hololib.zip": LIBRARY,
  });
  assert.match(robot, /invoices$/);
});

Deno.test("unpackBundle() keeps the library that the robot's own folder has, as rcc does", async () => {
  const own = { name: "robot/hololib.zip", content: "its own" };
  for (const parts of [[own, ...PARTS], [...PARTS, own]]) {
    assert.equal((await unpack(bundleOf(parts)))!.files["hololib.zip"], "its own");
  }
});

Deno.test("unpackBundle() takes a plain archive, and offsets that count from the file's beginning", async () => {
  assert.equal((await unpack(zipOf(PARTS)))!.files["robot.yaml"], ROBOT_YAML);
  const before = Buffer.from(`#!/usr/bin/env python3\n${PAYLOAD_MARK}\n`);
  assert.equal((await unpack(zipOf(PARTS, { before })))!.files["robot.yaml"], ROBOT_YAML);
});

Deno.test({
  ...testOn("unpackBundle() makes programs executable, for a bundle has no modes", "no Windows"),
  async fn() {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "bundle.py");
    await writeFile(path, bundleOf(PARTS));
    await using bundle = (await unpackBundle(path))!;
    const { mode } = await stat(join(bundle.robot, "bin/start.sh"));
    assert.equal(mode & 0o777, 0o755);
    assert.equal((await stat(join(bundle.robot, "robot.yaml"))).mode & 0o111, 0);
  },
});

Deno.test("unpackBundle() leaves files and folders alone that are no bundle", async () => {
  assert.equal(await unpack(Buffer.from(ROBOT_YAML)), undefined);
  assert.equal(await unpack(new Uint8Array()), undefined);
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "robot"));
  assert.equal(await unpackBundle(join(folder.path, "robot")), undefined);
  assert.equal(await unpackBundle(join(folder.path, "none.py")), undefined);
});

Deno.test("unpackBundle() refuses what is cut off, changed, harmful, or no robot", async () => {
  const bundle = bundleOf(PARTS);
  await refuse(bundle.subarray(0, bundle.length - 30), /found no end of one, make it again with/);
  const stored = bundleOf([{ name: "robot/robot.yaml", content: ROBOT_YAML, method: 0 }]);
  stored[Buffer.from(stored).indexOf("shell")]! ^= 1;
  await refuse(stored, /its "robot.yaml" is damaged|its "robot\/robot.yaml" is damaged/);
  await refuse(bundleOf([{ name: "robot/../../x", content: "x" }]), /names inside/);
  await refuse(bundleOf([{ name: "robot.yaml", content: ROBOT_YAML }]), /without "robot\/robot.y/);
  await refuse(
    bundleOf([PARTS[0]!, { name: "robot/x", content: "x", method: 9 }]),
    /"robot\/x" is packed in a way/,
  );
});

Deno.test("unpackBundle() leaves nothing behind when a file of it is damaged", async () => {
  const left = async () =>
    (await readdir(Deno.env.get("TMPDIR") ?? "/tmp")).filter((name) =>
      name.startsWith("rcc-oci-bundle-")
    );
  const before = new Set(await left());
  const bytes = bundleOf(PARTS.map((part) => ({ ...part, method: 0 })));
  bytes[Buffer.from(bytes).indexOf("a library") + 70_000]! ^= 1;
  await refuse(bytes, /"hololib\/hololib.zip" is damaged/);
  assert.deepEqual((await left()).filter((name) => !before.has(name)), []);
});
