import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { listRobotFiles, readRobot } from "../../src/robot/mod.ts";
import type { ListRobotFilesOptions } from "../../src/robot/list_files.ts";
import { failuresFrom } from "./failures.ts";
import { folderOf } from "./robot_folder.ts";

type Files = Readonly<Record<string, string>>;

const yaml = (lines: string) =>
  `tasks: {Run: {shell: python task.py}}\nartifactsDir: output\n${lines}`;
const CONDA = "dependencies: [python=3.11]\n";

/** Robots of a repository, `robots/a` among them, with other files and links. */
async function repository(lines: string, files: Files = {}, links: Files = {}) {
  const folder = await folderOf({
    "robots/a/robot.yaml": yaml(lines),
    "robots/a/task.py": "",
    ...files,
  });
  for (const [path, target] of Object.entries(links)) {
    await Deno.symlink(target, join(folder.path, path));
  }
  return folder;
}

/** What is packed of `robots/a`, relative to the root that it was given. */
async function packed(
  folder: string,
  root?: string,
  options: ListRobotFilesOptions = {},
): Promise<readonly string[]> {
  const robot = await readRobot(join(folder, "robots/a"), {
    root: root === undefined ? undefined : join(folder, root),
  });
  return (await listRobotFiles(robot, { hostOs: "linux", ...options })).entries
    .map(({ path }) => path);
}

const own = (paths: readonly string[]) => paths.map((path) => `robots/a/${path}`);
const OWN = ["output", "robot.yaml", "task.py"];

Deno.test("a robot that names nothing outside has its own folder for a root, whatever --root says", async () => {
  await using folder = await repository("PATH: [bin, ../gone]\n", { "lib/x": "" });
  const { reach } = await readRobot(join(folder.path, "robots/a"), { root: folder.path });
  assert.deepEqual(reach, { root: join(folder.path, "robots/a"), below: ".", outside: [] });
  assert.deepEqual(await packed(folder.path, "."), OWN);
});

for (
  const [what, lines, files, expected] of [
    ["a condaConfigFile", "condaConfigFile: ../../conda.yaml\n", { "conda.yaml": CONDA }, [
      ...["conda.yaml", "robots", "robots/a", ...own(OWN)],
    ]],
    ["an environmentConfig", "environmentConfigs: [../../gone.yaml, ../../e.yaml]\n", {
      "e.yaml": CONDA,
      "conda.yaml": CONDA,
    }, ["e.yaml", "robots", "robots/a", ...own(OWN)]],
    ["a folder of PYTHONPATH", "PYTHONPATH: [., ../../libs/x]\n", {
      ...{ "libs/x/a.py": "", "libs/x/b/c.py": "", "libs/y.py": "" },
    }, [
      "libs",
      "libs/x",
      "libs/x/a.py",
      "libs/x/b",
      "libs/x/b/c.py",
      "robots",
      "robots/a",
      ...own(OWN),
    ]],
    ["a word of a script", "condaConfigFile: c.yaml\npreRunScripts: [bash ../../prepare.sh]\n", {
      ...{ "robots/a/c.yaml": CONDA, "prepare.sh": "", "other.sh": "" },
    }, ["prepare.sh", "robots", "robots/a", ...own(["c.yaml", ...OWN])]],
    [
      "a part of a word",
      "devTasks: {}\ntasks: {Run: {command: [env, 'PYTHONPATH=.:../../libs', python]}}\n",
      {
        "libs/a.py": "",
      },
      ["libs", "libs/a.py", "robots", "robots/a", ...own(OWN)],
    ],
    ["a program in PATH", "PATH: [bin]\ntasks: {Run: {command: [../../../tool]}}\n", {
      "tool": "",
    }, ["robots", "robots/a", ...own(OWN), "tool"]],
  ] as const
) {
  Deno.test(`${what} outside of the robot's folder is packed with --root`, async () => {
    await using folder = await repository(lines, files);
    assert.deepEqual(await packed(folder.path, "."), expected);
    const [failure, ...others] = await failuresFrom(() => packed(folder.path));
    assert.deepEqual(others, []);
    assert.match(failure!, /^robot\/outside failed to pack "\.\.\//);
    assert.ok(failure!.endsWith(`allow it with --root "${folder.path}"`), failure);
    assert.equal((await failuresFrom(() => packed(folder.path, "robots"))).length, 1);
  });
}

Deno.test("the failure names all that lies outside, and the root that is near enough", async () => {
  await using folder = await repository("PATH: [../b]\nPYTHONPATH: [../c]\n", {
    "robots/b/x": "",
    "robots/c/y": "",
  });
  assert.deepEqual(await failuresFrom(() => packed(folder.path)), [
    'robot/outside failed to pack "../b" and "../c": robot.yaml names them, and they lie outside ' +
    `of the robot's folder, allow it with --root "${join(folder.path, "robots")}"`,
  ]);
  assert.deepEqual(await packed(folder.path, "."), [
    ...["a", "a/output", "a/robot.yaml", "a/task.py", "b", "b/x", "c", "c/y"],
  ]);
});

Deno.test("a folder that has the robot in it is packed whole", async () => {
  await using folder = await repository("PYTHONPATH: [..]\n", {
    ...{ "robots/lib.py": "", "robots/b/x": "", "above": "", "robots/a/.git/HEAD": "" },
    "robots/.git/HEAD": "",
  });
  assert.deepEqual(await packed(folder.path, "robots"), [
    ...["a", "a/output", "a/robot.yaml", "a/task.py", "b", "b/x", "lib.py"],
  ]);
});

Deno.test("an artifacts folder outside is made there, and needs --root", async () => {
  await using folder = await repository("artifactsDir: ../output\n", { "robots/output/old": "" });
  assert.deepEqual(await packed(folder.path, "robots"), [
    ...["a", "a/robot.yaml", "a/task.py", "output"],
  ]);
  assert.match((await failuresFrom(() => packed(folder.path)))[0]!, /"\.\.\/output".*it lies/);
});

Deno.test("an artifacts folder that has the robot in it is not emptied", async () => {
  await using folder = await repository("artifactsDir: ..\n", { "robots/x": "" });
  assert.deepEqual(await packed(folder.path, "robots"), ["a", "a/robot.yaml", "a/task.py"]);
});

Deno.test("patterns hold for what lies outside too, from the root", async () => {
  const files = { "robots/a/.gitignore": "*.pyc\n/libs/secret\n/b\n", "libs/a.py": "" };
  await using folder = await repository("PYTHONPATH: [../../libs]\nignoreFiles: [.gitignore]\n", {
    ...files,
    ...{ "libs/a.pyc": "", "libs/secret": "", "libs/c.csv": "", "robots/a/libs/secret": "" },
    ...{ "robots/a/b": "", "libs/sub/x.csv": "" },
  });
  assert.deepEqual(await packed(folder.path, ".", { exclude: ["*.csv"] }), [
    ...["libs", "libs/a.py", "libs/sub", "robots", "robots/a"],
    ...own([".gitignore", "libs", "output", "robot.yaml", "task.py"]),
  ]);
});

Deno.test("a pattern that leaves out a needed file outside is told", async () => {
  await using folder = await repository("condaConfigFile: ../conda.yaml\n", {
    "robots/conda.yaml": CONDA,
  });
  assert.deepEqual(
    await failuresFrom(() => packed(folder.path, ".", { exclude: ["conda.yaml"] })),
    [
      'robot/file failed to pack "conda.yaml": the robot needs it, and "conda.yaml" of --exclude ' +
      "leaves it out, narrow this pattern",
    ],
  );
});

Deno.test("no pattern leaves out the way to the robot", async () => {
  await using folder = await repository("PYTHONPATH: [..]\n", { "robots/b": "" });
  assert.deepEqual(await packed(folder.path, ".", { exclude: ["/a", "b"] }), [
    ...["a", "a/output", "a/robot.yaml", "a/task.py"],
  ]);
});

Deno.test("a link to what robot.yaml names outside is packed with where it leads", async () => {
  await using folder = await repository(
    "condaConfigFile: conda.yaml\nPYTHONPATH: [libs]\n",
    { "shared/conda.yaml": CONDA, "shared/libs/a.py": "", "shared/other": "" },
    { "robots/a/conda.yaml": "../../shared/conda.yaml", "robots/a/libs": "../../shared/libs" },
  );
  assert.deepEqual(await packed(folder.path, "."), [
    ...["robots", "robots/a", ...own(["conda.yaml", "libs", "output", "robot.yaml", "task.py"])],
    ...["shared", "shared/conda.yaml", "shared/libs", "shared/libs/a.py"],
  ]);
});

Deno.test("a link that nothing names is left out, though the root would hold its end", async () => {
  await using folder = await repository(
    "PYTHONPATH: [../../libs]\n",
    { "libs/a.py": "", "data/x": "" },
    { "robots/a/data": "../../data", "robots/a/link": "../../libs/a.py" },
  );
  assert.deepEqual(await packed(folder.path, "."), [
    ...["libs", "libs/a.py", "robots", "robots/a"],
    ...own(["link", "output", "robot.yaml", "task.py"]),
  ]);
});

Deno.test("a program behind an absolute link is no reason to pack the system", async () => {
  await using folder = await repository(
    "tasks: {Run: {command: [.venv/bin/python, task.py]}}\nPATH: [.]\n",
    { "robots/a/.venv/bin/x": "" },
    { "robots/a/.venv/bin/python": "python3", "robots/a/.venv/bin/python3": "/usr/bin/env" },
  );
  const robot = await readRobot(join(folder.path, "robots/a"));
  assert.equal(robot.reach.below, ".");
  const { warnings } = await listRobotFiles(robot, { hostOs: "linux" });
  assert.match(warnings[0]!.message, /^2 links lead out .* "\.venv\/bin\/python" to "python3"/);
});

Deno.test("--root that has not the robot in it is refused", async () => {
  await using folder = await repository("", { "other/x": "" });
  const root = join(folder.path, "other");
  assert.deepEqual(await failuresFrom(() => packed(folder.path, "other")), [
    `usage/option failed to use --root "${root}": the robot's folder ` +
    `"${join(folder.path, "robots/a")}" is not in it, name a folder above the robot's`,
  ]);
});

Deno.test("a path that goes out and in again is outside: the robot's own folder has another name in the image", async () => {
  await using folder = await repository("condaConfigFile: ../a/conda.yaml\n", {
    "robots/a/conda.yaml": CONDA,
  });
  const root = join(folder.path, "robots");
  const { reach } = await readRobot(join(root, "a"), { root });
  assert.deepEqual(reach, { root, below: "a", outside: ["../a/conda.yaml"] });
  assert.equal(basename(reach.root), "robots");
});

Deno.test("a robot's folder that is a link is a folder in the image", async () => {
  await using folder = await repository("PYTHONPATH: [../libs]\n", { "robots/libs/a.py": "" }, {
    "robots/linked": "a",
  });
  const root = join(folder.path, "robots");
  const robot = await readRobot(join(root, "linked"), { root });
  const { entries, warnings } = await listRobotFiles(robot, { hostOs: "linux" });
  assert.deepEqual(entries.map(({ path }) => path), [
    ...["libs", "libs/a.py", "linked", "linked/output", "linked/robot.yaml", "linked/task.py"],
  ]);
  assert.deepEqual(warnings, []);
});
