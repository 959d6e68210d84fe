import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { listRobotFiles, readRobot } from "../../src/robot/mod.ts";
import { robotFolder, SMALL_ROBOT } from "./robot_folder.ts";

const digestOf = (index: number) => `${index}`.repeat(64);

/** The files of an image layout with these steps. */
function layout(steps: readonly string[]): Readonly<Record<string, string>> {
  const blob = (index: number) => `blobs/sha256/${digestOf(index)}`;
  return {
    "index.json": JSON.stringify({ manifests: [{ digest: `sha256:${digestOf(1)}` }] }),
    "oci-layout": '{"imageLayoutVersion":"1.0.0"}',
    [blob(1)]: JSON.stringify({ config: { digest: `sha256:${digestOf(2)}` } }),
    [blob(2)]: JSON.stringify({ history: steps.map((created_by) => ({ created_by })) }),
  };
}

const OURS = ["a layer of the base", "rcc-oci: environment 0123456789abcdef"];
const below = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

const FILES = { "task.py": "", "robot.yaml": SMALL_ROBOT };

async function packed(folder: string) {
  const { entries, warnings, size } = await listRobotFiles(await readRobot(folder));
  return {
    paths: entries.filter(({ type }) => type === "file").map(({ path }) => path),
    warnings: warnings.map(({ message }) => message),
    size,
  };
}

const left = (path: string, what: string) =>
  `"${path}" is left out of the image: it is an earlier ${what} of this program`;

Deno.test("an image layout of ours in the robot's folder is left out, with a word", async () => {
  await using folder = await robotFolder({ ...FILES, ...below("sub/layout", layout(OURS)) });
  assert.deepEqual(await packed(folder.path), {
    paths: ["robot.yaml", "task.py"],
    warnings: [left("sub/layout", "image layout")],
    size: SMALL_ROBOT.length,
  });
});

Deno.test("an image layout of another is packed", async () => {
  await using folder = await robotFolder({ ...FILES, ...below("layout", layout(["RUN x"])) });
  const { paths, warnings } = await packed(folder.path);
  assert.ok(paths.includes("layout/index.json"));
  assert.deepEqual(warnings, []);
});

for (
  const [what, steps, isLeft] of [
    ["ours", OURS, true],
    ["another", ["COPY . ."], false],
  ] as const
) {
  Deno.test(`an image archive of ${what} is ${isLeft ? "left out" : "packed"}`, async () => {
    await using folder = await robotFolder(FILES);
    await using image = await robotFolder(layout(steps));
    const archive = join(folder.path, "my.image");
    const names = ["index.json", "oci-layout", "blobs"];
    await promisify(execFile)("tar", ["-C", image.path, "-cf", archive, ...names]);
    const { paths, warnings } = await packed(folder.path);
    assert.equal(paths.includes("my.image"), !isLeft);
    assert.deepEqual(warnings, isLeft ? [left("my.image", "image archive")] : []);
  });
}

Deno.test("a damaged archive is a file like any other", async () => {
  await using folder = await robotFolder({
    ...FILES,
    "a.tar": "index.json\0",
    "b.tar": `index.json${"\0".repeat(114)}00000000777\0`,
    "layout/oci-layout": "",
  });
  const { paths, warnings } = await packed(folder.path);
  assert.deepEqual(paths, ["a.tar", "b.tar", "layout/oci-layout", "robot.yaml", "task.py"]);
  assert.deepEqual(warnings, []);
});

Deno.test("a build context, a report and metadata of ours are left out", async () => {
  await using folder = await robotFolder({
    ...FILES,
    "context/Dockerfile": '# Robot "a", laid out by rcc-oci 1.0.0.\n#\nFROM scratch\n',
    "context/robot.tar.gz": "x",
    "mixed/Dockerfile": '# Robot "a", laid out by rcc-oci 1.0.0.\n#\nFROM scratch\n',
    "mixed/other": "",
    "image.html": '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n' +
      '<meta name="generator" content="rcc-oci">\n',
    "page.html": '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    "metadata.json": `{"imageDigest":"sha256:${digestOf(0)}","tags":["a:1"],"totalSize":1}`,
    "other.json": '{"imageDigest":"sha256:x"}',
  });
  const { paths, warnings } = await packed(folder.path);
  assert.deepEqual(paths, [
    ...["mixed/Dockerfile", "mixed/other", "other.json", "page.html", "robot.yaml", "task.py"],
  ]);
  assert.deepEqual(warnings.toSorted(), [
    left("context", "build context"),
    left("image.html", "report"),
    left("metadata.json", "build's metadata"),
  ]);
});

Deno.test("a robot that lies in a layout is packed", async () => {
  await using folder = await robotFolder({ ...FILES, ...layout(OURS) });
  const { paths, warnings } = await packed(folder.path);
  assert.ok(paths.includes("index.json"));
  assert.deepEqual(warnings, []);
});
