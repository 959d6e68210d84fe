import assert from "node:assert/strict";
import { listRobotFiles, readRobot } from "../../src/robot/mod.ts";
import { findPathFiles } from "../../src/robot/path_files.ts";
import { robotFolder, SMALL_ROBOT } from "./robot_folder.ts";

const ROBOT = `${SMALL_ROBOT}PATH: [., bin/]\n`;

async function list(files: Readonly<Record<string, string>>, hostOs: "linux" | "win32" = "linux") {
  await using folder = await robotFolder({ "robot.yaml": ROBOT, ...files });
  const { entries, warnings, size } = await listRobotFiles(await readRobot(folder.path), {
    hostOs,
  });
  const found = entries.filter((entry) => entry.type === "file").map((entry) => ({
    path: entry.path,
    mode: entry.mode,
    size: entry.size,
    content: entry.content && new TextDecoder().decode(entry.content),
  }));
  return { files: new Map(found.map((file) => [file.path, file])), warnings, size };
}

Deno.test("files in the folders of PATH are programs, as rcc would make them", async () => {
  const { files } = await list({
    ...{ "task.py": "", "bin/tool": "", "bin/deep/tool": "", "libs/tool": "", "UPPER.TXT": "" },
    ...{ "notes.md": "", "data.json": "", ".hidden": "", "page.HTML": "", "tests.robot": "" },
  });
  const programs = [...files.values()].filter(({ mode }) => mode === 0o755).map(({ path }) => path);
  assert.deepEqual(programs.sort(), ["bin/tool", "task.py"]);
});

Deno.test("shell scripts in the folders of PATH lose every CR, and no others do", async () => {
  const text = "#!/bin/sh\r\necho a\rb\r\n";
  const { files, warnings, size } = await list({
    "run.sh": text,
    "bin/RUN.SH": text,
    "bin/run": text,
    "libs/run.sh": text,
    "clean.sh": "#!/bin/sh\n",
    "task.py": "",
  });
  for (const path of ["run.sh", "bin/RUN.SH"]) {
    assert.equal(files.get(path)?.content, "#!/bin/sh\necho ab\n", path);
    assert.equal(files.get(path)?.size, 18, path);
  }
  for (const path of ["bin/run", "libs/run.sh", "clean.sh"]) {
    assert.equal(files.get(path)?.content, undefined, path);
  }
  const warned = warnings.map(({ message }) => message.split(" ")[0]).sort();
  assert.deepEqual(warned, ['"bin/run"', '"libs/run.sh"']);
  assert.equal(size, ROBOT.length + 2 * 18 + 2 * text.length + 10);
});

Deno.test("on Windows too, where files have no modes", async () => {
  const { files } = await list({ "task.py": "print()\n", "libs/a.py": "" }, "win32");
  assert.equal(files.get("task.py")?.mode, 0o755);
  assert.equal(files.get("libs/a.py")?.mode, 0o644);
});

Deno.test("findPathFiles() follows links, of files and of folders of PATH", () => {
  const link = (path: string, target: string) => ({ type: "symlink", path, target }) as const;
  const { programs, scripts } = findPathFiles(["real/tool", "real/run.sh", "code/main", "x.sh"], {
    PATH: ["linked", "bin", "none"],
    links: [
      link("linked", "real"),
      link("bin/main.sh", "../code/main"),
      link("bin/dangling", "../none"),
    ],
  });
  assert.deepEqual([...programs].sort(), ["code/main", "none", "real/run.sh", "real/tool"]);
  assert.deepEqual([...scripts].sort(), ["code/main", "real/run.sh"]);
});

Deno.test("findPathFiles() finds nothing without a PATH", () => {
  const { programs, scripts } = findPathFiles(["run.sh"], { PATH: [], links: [] });
  assert.equal(programs.size + scripts.size, 0);
});
