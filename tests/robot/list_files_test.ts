import assert from "node:assert/strict";
import { join } from "node:path";
import { listRobotFiles, readRobot, type RobotListing } from "../../src/robot/mod.ts";
import type { ListRobotFilesOptions } from "../../src/robot/list_files.ts";
import { packFailure } from "../../src/robot/pack_failure.ts";
import { failuresFrom } from "./failures.ts";
import { robotFolder, SMALL_ROBOT } from "./robot_folder.ts";

/** Robots are listed as on Linux unless a test says otherwise. */
async function list(
  path: string,
  options: ListRobotFilesOptions = {},
): Promise<RobotListing> {
  return await listRobotFiles(await readRobot(path), { hostOs: "linux", ...options });
}

const pathsOf = ({ entries }: RobotListing) => entries.map(({ path }) => path);

const withIgnores = `${SMALL_ROBOT}ignoreFiles: [.gitignore]\n`;

Deno.test("listRobotFiles() lists files and folders, and makes the artifacts folder", async () => {
  await using folder = await robotFolder({ "task.py": "x = 1\n", "libs/a.py": "", "empty/": "" });
  const { entries: listed, size, warnings } = await list(folder.path);
  const entries = listed.map((entry) => {
    if (entry.type !== "file") return entry;
    const { seen, ...rest } = entry;
    assert.equal(seen?.size, rest.size);
    return rest;
  });
  const file = (path: string, size: number) => ({
    type: "file",
    path,
    absolute: join(folder.path, path),
    size,
    mode: 0o644,
  });
  assert.deepEqual(entries, [
    { type: "directory", path: "empty", mode: 0o755 },
    { type: "directory", path: "libs", mode: 0o755 },
    file("libs/a.py", 0),
    { type: "directory", path: "output", mode: 0o755 },
    file("robot.yaml", SMALL_ROBOT.length),
    file("task.py", 6),
  ]);
  assert.equal(size, SMALL_ROBOT.length + 6);
  assert.deepEqual(warnings, []);
});

Deno.test("listRobotFiles() leaves old artifacts, the library and .git behind", async () => {
  await using folder = await robotFolder({
    ...{ "output/log.html": "", "output/sub/x": "", "hololib.zip": "zip", ".git/HEAD": "" },
    ...{ "sub/.git": "gitdir: x", "sub/hololib.zip": "", "sub/output/x": "", ".github/x": "" },
  });
  assert.deepEqual(pathsOf(await list(folder.path)), [
    ...[".github", ".github/x", "output", "robot.yaml", "sub", "sub/hololib.zip"],
    ...["sub/output", "sub/output/x"],
  ]);
});

Deno.test("listRobotFiles() keeps the artifacts folder though patterns leave it out", async () => {
  await using folder = await robotFolder({
    "robot.yaml": withIgnores.replace("output", "out/put"),
    ".gitignore": "out/\n",
    "out/other": "",
    "out/put/old": "",
  });
  assert.deepEqual(pathsOf(await list(folder.path)), [
    ".gitignore",
    "out",
    "out/put",
    "robot.yaml",
  ]);
});

Deno.test("listRobotFiles() makes the folders on the way to the artifacts folder", async () => {
  await using folder = await robotFolder({ "robot.yaml": SMALL_ROBOT.replace("output", "a/b/c") });
  assert.deepEqual(pathsOf(await list(folder.path)), ["a", "a/b", "a/b/c", "robot.yaml"]);
});

Deno.test("listRobotFiles() makes a folder where artifacts go to a link", async () => {
  await using folder = await robotFolder({ "elsewhere/": "" });
  await Deno.symlink("/tmp", join(folder.path, "output"));
  const { entries } = await list(folder.path);
  assert.deepEqual(entries[1], { type: "directory", path: "output", mode: 0o755 });
});

Deno.test("listRobotFiles() refuses a file or link where artifacts go", async () => {
  const why = "it stands where artifacts go, expected a folder";
  await using file = await robotFolder({ output: "" });
  assert.deepEqual(await failuresFrom(() => list(file.path)), [
    `robot/file failed to pack "output": ${why}`,
  ]);
  await using link = await robotFolder({
    "robot.yaml": SMALL_ROBOT.replace("output", "a/b"),
    "c/b/": "",
  });
  await Deno.symlink("c", join(link.path, "a"));
  assert.deepEqual(await failuresFrom(() => list(link.path)), [
    `robot/file failed to pack "a": ${why}`,
  ]);
});

Deno.test("listRobotFiles() leaves out what ignoreFiles and exclude say", async () => {
  await using folder = await robotFolder({
    "robot.yaml": withIgnores,
    ".gitignore": "*.pyc\n!keep.pyc\n/tmp/\n",
    ...{ "a.pyc": "", "keep.pyc": "", "tmp/x": "", "sub/tmp/x": "", "sub/b.csv": "", "c.csv": "" },
  });
  assert.deepEqual(pathsOf(await list(folder.path, { exclude: ["sub/*.csv"] })), [
    ...[".gitignore", "c.csv", "keep.pyc", "output", "robot.yaml", "sub", "sub/tmp", "sub/tmp/x"],
  ]);
});

Deno.test("listRobotFiles() sorts by the bytes of the paths", async () => {
  const names = ["a", "a-b", "a.b", "é", "z", "\uff5e", "\u{1f916}", "B"];
  await using folder = await robotFolder(
    Object.fromEntries(names.map((name) => [name === "a" ? "a/x" : name, ""])),
  );
  assert.deepEqual(pathsOf(await list(folder.path)), [
    ...["B", "a", "a-b", "a.b", "a/x", "output", "robot.yaml", "z", "é", "\uff5e", "\u{1f916}"],
  ]);
});

Deno.test("listRobotFiles() keeps the exec bit, and no other bit", async () => {
  await using folder = await robotFolder({ a: "", b: "", c: "", d: "", e: "" });
  const modes = { a: 0o600, b: 0o700, c: 0o645, d: 0o4755, e: 0o666 };
  for (const [name, mode] of Object.entries(modes)) {
    await Deno.chmod(join(folder.path, name), mode);
  }
  const { entries } = await list(folder.path);
  assert.deepEqual(
    entries.flatMap((entry) => entry.type === "file" ? [entry.mode.toString(8)] : []),
    ["644", "755", "755", "755", "644", "644"],
  );
});

Deno.test("listRobotFiles() goes by the content on Windows, which has no exec bit", async () => {
  await using folder = await robotFolder({
    "elf": "\x7fELF\x02\x01",
    "run.sh": "#!/bin/sh\n",
    "task.py": "import os\n",
  });
  await Deno.chmod(join(folder.path, "task.py"), 0o755);
  const { entries } = await list(folder.path, { hostOs: "win32" });
  const modes = entries.flatMap((entry) =>
    entry.type === "file" ? [[entry.path, entry.mode.toString(8)]] : []
  );
  assert.deepEqual(Object.fromEntries(modes), {
    "elf": "755",
    "robot.yaml": "644",
    "run.sh": "755",
    "task.py": "644",
  });
});

Deno.test("listRobotFiles() tells the interpreter of a script", async () => {
  await using folder = await robotFolder({ "run": "#!/usr/bin/env python3\n" });
  const { entries } = await list(folder.path);
  const run = entries.find(({ path }) => path === "run");
  assert.equal(run?.type === "file" ? run.interpreter : undefined, "/usr/bin/env python3");
});

Deno.test("listRobotFiles() keeps links as they are, to files, folders and nothing", async () => {
  await using folder = await robotFolder({ "libs/a.py": "", "sub/": "" });
  const links = { "a": "libs/a.py", "b": "libs", "sub/c": "../libs", "d": "gone", "e": "e" };
  for (const [path, target] of Object.entries(links)) {
    await Deno.symlink(target, join(folder.path, path));
  }
  const { entries } = await list(folder.path);
  assert.deepEqual(
    entries.filter(({ type }) => type === "symlink"),
    Object.entries(links).map(([path, target]) => ({ type: "symlink", path, target }))
      .sort((left, right) => left.path < right.path ? -1 : 1),
  );
});

Deno.test("listRobotFiles() turns the slashes of links on Windows only", async () => {
  await using folder = await robotFolder({ "libs/a.py": "" });
  await Deno.symlink("libs\\a.py", join(folder.path, "a"));
  const targets = async (hostOs: NodeJS.Platform) =>
    (await list(folder.path, { hostOs })).entries.flatMap((entry) =>
      entry.type === "symlink" ? [entry.target] : []
    );
  assert.deepEqual(await targets("win32"), ["libs/a.py"]);
  assert.deepEqual(await targets("linux"), ["libs\\a.py"]);
});

Deno.test("listRobotFiles() leaves links out of the folder behind, with a word unless told to", async () => {
  await using folder = await robotFolder({ "sub/": "", "x/": "", "task.py": "" });
  const links = { "abs": "/etc/passwd", "sub/up": "../../x", "sub/in": "../x", "win": "C:/x" };
  for (const [path, target] of Object.entries(links)) {
    await Deno.symlink(target, join(folder.path, path));
  }
  const paths = ["output", "robot.yaml", "sub", "sub/in", "task.py", "win", "x"];
  const listing = await list(folder.path);
  assert.deepEqual(pathsOf(listing), paths);
  assert.deepEqual(listing.warnings, [{
    kind: "link",
    message: '2 links lead out of what is packed and are left out: "abs" to "/etc/passwd", ' +
      '"sub/up" to "../../x"; make them relative and keep them inside, or name them in ' +
      '"ignoreFiles" or --exclude',
  }]);
  const exclude = ["abs", "up"];
  const told = await list(folder.path, { exclude });
  assert.deepEqual([pathsOf(told), told.warnings], [paths, []]);
  const onWindows = await list(folder.path, { exclude, hostOs: "win32" });
  assert.deepEqual(onWindows.warnings, [{
    kind: "link",
    message: 'a link leads out of what is packed and is left out: "win" to "C:/x"; make it ' +
      'relative and keep it inside, or name it in "ignoreFiles" or --exclude',
  }]);
});

Deno.test("listRobotFiles() refuses to go with a robot.yaml that is such a link", async () => {
  await using folder = await robotFolder({ "real.yaml": SMALL_ROBOT });
  await Deno.remove(join(folder.path, "robot.yaml"));
  await Deno.symlink(join(folder.path, "real.yaml"), join(folder.path, "robot.yaml"));
  assert.deepEqual(await failuresFrom(() => list(folder.path)), [
    'robot/file failed to pack "robot.yaml": it is or lies behind a link that is absolute or ' +
    "leaves, make it relative and keep it inside, or put the file there",
  ]);
});

Deno.test("listRobotFiles() refuses to go without the files that rcc needs", async () => {
  await using folder = await robotFolder({
    "robot.yaml": `${withIgnores}condaConfigFile: envs/conda.yaml\n`,
    "envs/conda.yaml": "",
    ".gitignore": "/envs\n",
  });
  assert.deepEqual(await failuresFrom(() => list(folder.path, { exclude: ["*.yaml"] })), [
    'robot/file failed to pack "robot.yaml": the robot needs it, and "*.yaml" of ' +
    "--exclude leaves it out, narrow this pattern",
    'robot/file failed to pack "envs/conda.yaml": the robot needs it, and "/envs" of ' +
    ".gitignore leaves it out, narrow this pattern",
  ]);
});

Deno.test("listRobotFiles() refuses an environment file among the artifacts", async () => {
  await using folder = await robotFolder({
    "robot.yaml": `${SMALL_ROBOT}condaConfigFile: output/conda.yaml\n`,
    "output/conda.yaml": "",
  });
  assert.deepEqual(await failuresFrom(() => list(folder.path)), [
    'robot/file failed to pack "output/conda.yaml": it lies in the artifacts folder, ' +
    "which starts empty, move it",
  ]);
});

Deno.test("listRobotFiles() accepts an environment file behind a link", async () => {
  await using folder = await robotFolder({
    "robot.yaml": `${SMALL_ROBOT}condaConfigFile: link/conda.yaml\n`,
    "envs/conda.yaml": "",
  });
  await Deno.symlink("envs", join(folder.path, "link"));
  assert.deepEqual(pathsOf(await list(folder.path)), [
    ...["envs", "envs/conda.yaml", "link", "output", "robot.yaml"],
  ]);
});

Deno.test("listRobotFiles() refuses to go without what such a link leads to", async () => {
  await using folder = await robotFolder({
    "robot.yaml": `${withIgnores}condaConfigFile: conda.yaml\n`,
    "envs/linux.yaml": "",
    ".gitignore": "envs/\n",
  });
  await Deno.symlink("envs/linux.yaml", join(folder.path, "conda.yaml"));
  assert.deepEqual(await failuresFrom(() => list(folder.path)), [
    'robot/file failed to pack "envs/linux.yaml": the robot needs it, and "envs/" of ' +
    ".gitignore leaves it out, narrow this pattern",
  ]);
});

Deno.test("listRobotFiles() warns of scripts that Windows saved", async () => {
  await using folder = await robotFolder({
    "bin/run.sh": "#!/bin/sh -e\r\necho\r\n",
    "good.sh": "#!/bin/sh\n",
    "text.txt": "a\r\n",
    "task.py": "",
  });
  assert.deepEqual((await list(folder.path)).warnings, [{
    kind: "shebang",
    message: '"bin/run.sh" cannot be executed: its first line ends in CR LF, and Linux looks for ' +
      '"/bin/sh -e\\r", save it with LF',
  }]);
});

Deno.test("listRobotFiles() warns of names that secrets have, unless they stay behind", async () => {
  await using folder = await robotFolder({
    ".env": "TOKEN=x\n",
    ".env.example": "TOKEN=\n",
    "public_key.pem": "",
    "sub/vault.json": "",
    "task.py": "",
  });
  const { warnings } = await list(folder.path);
  const message = (path: string) =>
    `"${path}" looks like a secret and goes into the image, ` +
    `leave it out with "ignoreFiles" or --exclude`;
  assert.deepEqual(
    warnings,
    [".env", "sub/vault.json"].map((path) => ({
      kind: "secret",
      message: message(path),
    })),
  );
  const excluded = await list(folder.path, { exclude: [".env", "vault.json"] });
  assert.deepEqual(excluded.warnings, []);
});

Deno.test("listRobotFiles() names everything that cannot be packed at once", async () => {
  await using folder = await robotFolder({ "a\nb": "", output: "" });
  await Deno.symlink("/x", join(folder.path, "link"));
  await new Deno.Command("mkfifo", { args: [join(folder.path, "pipe")] }).output();
  const failures = await failuresFrom(() => list(folder.path, { exclude: ["robot.yaml"] }));
  assert.deepEqual(failures.map((failure) => /"(.*?)":/.exec(failure)?.[1]), [
    ...["a\\u{a}b", "pipe", "robot.yaml", "output"],
  ]);
});

Deno.test("listRobotFiles() lists the same robot the same way", async () => {
  await using folder = await robotFolder({ "b/c": "", "a": "", "d/e/f": "" });
  const robot = await readRobot(folder.path);
  assert.deepEqual(await listRobotFiles(robot), await listRobotFiles(robot));
});

Deno.test("listRobotFiles() lists more files than may be open at once", async () => {
  const files = Array.from({ length: 500 }, (_, index) => [`f${index}`, `${index}`]);
  await using folder = await robotFolder(Object.fromEntries(files));
  assert.equal((await list(folder.path)).entries.length, 502);
});

Deno.test("listRobotFiles() stops at an aborted signal", async () => {
  await using folder = await robotFolder();
  const signal = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(list(folder.path, { signal }), /^Error: stopped$/);
});

Deno.test("packFailure() says what to do about a missing permission", () => {
  const error = Object.assign(new Error("EACCES: …"), { code: "EACCES" });
  const failure = packFailure("a", error);
  assert.equal(
    failure.message,
    'failed to pack "a": permission denied, make it readable or leave it out with "ignoreFiles" ' +
      "or --exclude",
  );
  assert.equal(failure.cause, error);
});
