import assert from "node:assert/strict";
import {
  findForeignBinaries,
  foreignBinaryWarnings,
  judgePlatform,
  namedFiles,
  requireOnlyWithout,
  withoutDependencies,
} from "../../src/checks/mod.ts";
import { findForeign } from "../../src/checks/find_foreign.ts";
import type { PlatformFacts } from "../../src/checks/platform_check.ts";
import { PLATFORM_PACKAGES } from "../../src/checks/platform_packages.ts";
import { type CondaFile, parseCondaFile, type RobotCommand } from "../../src/robot/mod.ts";

const MIXED = `# the environment
channels:
  - conda-forge

dependencies:
  - python=3.11.7 # as the tests have it
  - pywin32=306 # for Excel
  - pip=23.2.1
  - pip:
      # needed everywhere
      - requests==2.31.0
      - colorama==0.4.6; sys_platform == "win32"
      - "rpaframework-windows==7.5.2"
      - tomli; python_version < "3.11"
rccPostInstall:
  - echo done
`;

const PURE = `# the environment
channels:
  - conda-forge

dependencies:
  - python=3.11.7 # as the tests have it
  - pip=23.2.1
  - pip:
      # needed everywhere
      - requests==2.31.0
      - tomli; python_version < "3.11"
rccPostInstall:
  - echo done
`;

function conda(text: string, fileName = "conda.yaml") {
  return parseCondaFile(text, fileName);
}

function judge(text: string, facts: Partial<PlatformFacts> = {}) {
  return judgePlatform({ conda: conda(text), commands: [], strict: false, ...facts });
}

function task(...words: readonly string[]): RobotCommand {
  return { origin: "task", name: "Run", words };
}

async function left(text: string): Promise<string> {
  const file = conda(text);
  const entries = findForeign(file).map(({ dependency }) => dependency);
  return await withoutDependencies(text, { entries, fileName: file.fileName });
}

for (const { name, list, worksOn } of PLATFORM_PACKAGES) {
  Deno.test(`findForeign() finds ${name}`, () => {
    const plain = name.replace("*", "some");
    const written = [plain, plain.replaceAll("-", "_").toUpperCase()];
    const lists = (["conda", "pip"] as const).filter((each) => list === undefined || list === each);
    for (const text of written) {
      const file = conda(
        `dependencies:\n  - python\n  - conda-forge::${text}=1.0\n  - pip:\n    - ${text}[x]==1.0\n`,
      );
      const found = findForeign(file);
      assert.deepEqual(found.map((item) => item.list), lists, text);
      assert.ok(found.every(({ reason }) => reason === `works on ${worksOn} alone`));
      assert.ok(found.every(({ modules }) => modules.length > 0));
    }
  });
}

Deno.test("the data of platform packages has each name once, in normal form, with its source", () => {
  const names = PLATFORM_PACKAGES.map(({ name }) => name);
  assert.deepEqual(names.filter((name, at) => names.indexOf(name) !== at), []);
  for (const { name, source, modules } of PLATFORM_PACKAGES) {
    assert.match(name, /^[a-z0-9]+(?:-[a-z0-9]+)*(?:-\*)?$/);
    assert.match(source, /^https:\/\/(?:pypi\.org\/project|anaconda\.org)\/\S+$/, name);
    assert.ok(modules === undefined || modules.length > 0, name);
  }
});

Deno.test("findForeign() takes nothing that works on Linux for foreign", () => {
  const good = [
    ...["pyautogui", "keyboard", "mouse", "pynput", "colorama", "pexpect", "psutil", "pefile"],
    ...["win32", "pywin", "comtype", "pyobj", "winter", "rpaframework", "robocorp", "vcr"],
    ...["libcxx", "llvm-openmp", "pythonnet", "xlwings", "openpyxl"],
  ];
  const list = (margin: string) => good.map((name) => `${margin}- ${name}==1.0\n`).join("");
  assert.deepEqual(findForeign(conda(`dependencies:\n${list("  ")}  - pip:\n${list("    ")}`)), []);
});

Deno.test("judgePlatform() leaves out what cannot work, and lists it in a warning", () => {
  const { leftOut, warnings, failures } = judge(MIXED);
  assert.deepEqual(failures, []);
  assert.deepEqual(leftOut.map(({ name, list }) => `${list} ${name}`), [
    "conda pywin32",
    "pip colorama",
    "pip rpaframework-windows",
  ]);
  assert.deepEqual(warnings, [
    `left out of the image's conda.yaml, for they cannot work on linux-64: ` +
    `"pywin32=306" (conda.yaml:7) works on Windows alone, ` +
    `"colorama==0.4.6; sys_platform == \\"win32\\"" (conda.yaml:12) has a marker that excludes ` +
    `Linux, "rpaframework-windows==7.5.2" (conda.yaml:13) works on Windows alone`,
  ]);
});

Deno.test("judgePlatform() has nothing to say of an environment for Linux", () => {
  assert.deepEqual(judge(PURE, { strict: true }), { leftOut: [], warnings: [], failures: [] });
});

Deno.test("judgePlatform() lists each as a failure with --strict-platform", () => {
  const { warnings, failures } = judge(MIXED, { strict: true });
  assert.deepEqual(warnings, []);
  assert.deepEqual(failures.map(({ id }) => id), Array(3).fill("robot/platform"));
  assert.equal(
    failures[0]!.message,
    `failed to prepare "conda.yaml" for linux-64: conda.yaml:7:5: "pywin32=306" works on Windows ` +
      `alone, remove it, or build without --strict-platform`,
  );
});

Deno.test("judgePlatform() fails when a task or a script plainly needs what would be left out", () => {
  const sources = new Map([
    ["task.py", "import os\nimport win32com.client as win32\n"],
    ["many.py", "import os, sys as s, win32api\n"],
    ["from.py", "from pythoncom import CoInitialize\n"],
    ["tasks.robot", "*** Settings ***\nLibrary    RPA.Windows    # desktop\n"],
    ["guarded.py", "import sys\nif sys.platform == 'win32':\n    import win32com.client\n"],
    ["other.py", "import win32comes\n# import win32api\nx = 'import win32api'\n"],
  ]);
  for (
    const [command, evidence] of [
      [task("python", "task.py"), "task.py imports win32com.client"],
      [task("python", "./many.py"), "many.py imports win32api"],
      [task("python", "from.py", "-v"), "from.py imports pythoncom"],
      [task("python", "-m", "robot", "tasks.robot"), "tasks.robot imports RPA.Windows"],
      [
        task("python", "-m", "win32com.server.register"),
        "it runs python -m win32com.server.register",
      ],
      [task("python", "-c", "import os; import win32api"), "it imports win32api"],
      [task("/opt/bin/pythoncom"), "it runs pythoncom"],
    ] as const
  ) {
    const { failures } = judge(MIXED, { commands: [command], sources });
    assert.equal(failures.length, 1, evidence);
    assert.ok(
      failures[0]!.message.includes(`alone, and task "Run" needs it: ${evidence}, make the robot`),
      failures[0]!.message,
    );
  }
  for (const file of ["guarded.py", "other.py", "nosuch.py"]) {
    assert.deepEqual(
      judge(MIXED, { commands: [task("python", file)], sources }).failures,
      [],
      file,
    );
  }
  const script: RobotCommand = { origin: "preRunScript", name: "x", words: ["python", "task.py"] };
  const [failure] = judge(MIXED, { commands: [script], sources }).failures;
  assert.match(failure!.message, /, and a preRunScript needs it: task\.py imports/);
});

Deno.test("judgePlatform() fails when nothing else is left", () => {
  const { failures } = judge("dependencies:\n  - vc\n  - pip:\n    - wmi\n");
  assert.equal(failures.length, 2);
  assert.match(failures[0]!.message, /, and nothing else is left to be resolved, name what/);
});

Deno.test("withoutDependencies() leaves the rest as it is, with its comments", async () => {
  assert.equal(await left(MIXED), PURE);
  assert.equal(await left(PURE), PURE);
});

Deno.test("withoutDependencies() understands the forms in which lists are written", async () => {
  for (
    const [text, expected] of [
      ["dependencies: [python, pywin32, pip]\n", "dependencies: [python, pip]\n"],
      ["dependencies:\n- python\n- pywin32\n", "dependencies:\n- python\n"],
      ["dependencies:\n- python\n- pip:\n  - wmi\n", "dependencies:\n- python\n"],
      ["dependencies:\n- python\n- pip: [wmi, a]\n", "dependencies:\n- python\n- pip: [a]\n"],
      ["dependencies:\n- python\n- 'pywin32 >=300'\n- \"a\"\n", 'dependencies:\n- python\n- "a"\n'],
      [
        "name: yes\ndependencies:\n  - a=1.10\n  - ucrt\n",
        "name: yes\ndependencies:\n  - a=1.10\n",
      ],
      [
        "dependencies:\n  - a\n  - >-\n    pywin32\n    >=300\n  - b\n",
        "dependencies:\n  - a\n  - b\n",
      ],
      ["dependencies:\r\n  - a\r\n  - ucrt\r\n", "dependencies:\n  - a\n"],
    ] as const
  ) {
    assert.equal(await left(text), expected);
  }
});

Deno.test("withoutDependencies() gives a text that rcc reads as the same without the entries", async () => {
  for (const text of [MIXED, "dependencies: [python, pywin32, {pip: [wmi, requests]}]\n"]) {
    const before = conda(text);
    const foreign = new Set(findForeign(before).map(({ dependency }) => dependency.text));
    const after = conda(await left(text));
    const texts = (list: readonly { text: string }[]) => list.map((item) => item.text);
    for (const key of ["dependencies", "pip"] as const) {
      assert.deepEqual(texts(after[key]), texts(before[key]).filter((item) => !foreign.has(item)));
    }
    assert.deepEqual([after.channels, after.rccPostInstall], [
      before.channels,
      before.rccPostInstall,
    ]);
    assert.deepEqual(findForeign(after), []);
  }
});

Deno.test("withoutDependencies() reads a package.yaml too", async () => {
  const text = `dependencies:
  conda-forge:
    - python=3.12
    - pywin32=306
  pypi:
    - rpaframework-windows=7.5
    - requests=2.31
`;
  const file = parseCondaFile(text, "package.yaml");
  const entries = findForeign(file).map(({ dependency }) => dependency);
  const rest = await withoutDependencies(text, { entries, fileName: "package.yaml" });
  assert.deepEqual(
    parseCondaFile(rest, "package.yaml").pip.map((item) => item.text),
    ["requests==2.31"],
  );
  assert.ok(!/pywin32|windows/.test(rest));
});

Deno.test("withoutDependencies() refuses to leave out what is used elsewhere", async () => {
  const text = "dependencies:\n  - python\n  - &w pywin32\nrccPostInstall:\n  - *w\n";
  await assert.rejects(left(text), {
    id: "robot/platform",
    message: /used elsewhere by its anchor/,
  });
});

Deno.test("withoutDependencies() refuses YAML that only rcc reads", async () => {
  await assert.rejects(left("dependencies:\n- pywin32\n- 'x'#c\n"), {
    id: "robot/platform",
    message: /only rcc reads its YAML/,
  });
});

Deno.test("requireOnlyWithout() refuses a text that rcc reads otherwise", async () => {
  const entriesOf = (file: CondaFile) => findForeign(file).map(({ dependency }) => dependency);
  const requireOf = async (text: string) => {
    const before = conda(text);
    requireOnlyWithout(conda(await left(text)), { before, entries: entriesOf(before) });
  };
  await requireOf(MIXED);
  await assert.rejects(requireOf("dependencies:\n- pywin32\n- a\u0085- b\n"), {
    id: "robot/platform",
    message: /read otherwise by others than rcc/,
  });
});

Deno.test("namedFiles() finds the robot's files that commands name", () => {
  const commands = [task("python", "./task.py", "--x", "data.txt"), task("python", "task.py")];
  assert.deepEqual(namedFiles(commands, ["task.py", "other.py", "data.txt"]), [
    "task.py",
    "data.txt",
  ]);
});

Deno.test("findForeignBinaries() tells files of other systems by their names", () => {
  const paths = [
    ...["bin/python3.11", "lib/libssl.so.3", "lib/a/x.PYD", "lib/a/y.dll", "lib/a/z.dylib"],
    ...["lib/pip/_vendor/distlib/t64.exe", "share/doc/about.dll.txt", "lib/a/w.dll", "lib/a/v.pyd"],
  ];
  const found = findForeignBinaries(paths);
  assert.deepEqual(found, [
    { system: "Windows", paths: ["lib/a/x.PYD", "lib/a/y.dll", "lib/a/w.dll", "lib/a/v.pyd"] },
    { system: "macOS", paths: ["lib/a/z.dylib"] },
  ]);
  assert.deepEqual(foreignBinaryWarnings(found), [
    `the environment has files for Windows, which the image cannot load: "lib/a/x.PYD", ` +
    `"lib/a/y.dll", "lib/a/w.dll", 1 more`,
    `the environment has files for macOS, which the image cannot load: "lib/a/z.dylib"`,
  ]);
  assert.deepEqual(findForeignBinaries(["lib/libssl.so"]), []);
});
