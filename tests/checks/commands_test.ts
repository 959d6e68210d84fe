import assert from "node:assert/strict";
import { checkCommands } from "../../src/checks/mod.ts";
import type { CheckCommandsOptions } from "../../src/checks/commands.ts";
import { type RobotCommand, type RobotEntry, shellOf } from "../../src/robot/mod.ts";
import { treeOf } from "./places.ts";

const SEEN = { ino: 1, size: 1, mtimeMs: 1 };

function task(name: string, ...words: readonly string[]): RobotCommand {
  return { origin: "task", name, words };
}

function script(...words: readonly string[]): RobotCommand {
  return { origin: "preRunScript", name: words.join(" "), words };
}

function file(path: string, interpreter?: string): RobotEntry {
  const common = {
    type: "file",
    path,
    absolute: `/robot/${path}`,
    size: 1,
    mode: 0o755,
    seen: SEEN,
  } as const;
  return interpreter === undefined ? common : { ...common, interpreter };
}

const ENVIRONMENT = {
  has: (path: string) => ["bin/python", "bin/tool", "bin/pip"].includes(path),
  scripts: { tool: "/bin/sh" },
};

const PLACES: CheckCommandsOptions = {
  baseName: "base",
  tree: treeOf("bin -> usr/bin", "usr/bin/sh -> dash", "usr/bin/dash", "usr/bin/env"),
  robot: {
    folder: "/home/robot/app",
    root: "/home/robot/app",
    entries: [
      file("run.sh", "/bin/sh"),
      file("bash.sh", "/bin/bash -e"),
      file("tools/script", "/usr/bin/env python"),
      file("tools/weekly", "/usr/bin/env -S perl -w"),
      file("tools/binary"),
      { type: "directory", path: "tools", mode: 0o755 },
      { type: "symlink", path: "linked", target: "tools" },
    ],
    PATH: [".", "tools"],
  },
  environment: ENVIRONMENT,
  PATH: ["/usr/local/bin", "/usr/bin", "/bin"],
  others: ["/usr/local/bin/rcc"],
  task: "it",
  shellOf,
};

function problems(command: RobotCommand, options: Partial<CheckCommandsOptions> = {}) {
  const { failures, warnings } = checkCommands([command], { ...PLACES, ...options });
  assert.deepEqual(warnings, []);
  return failures.map(({ message }) => message).join("\n");
}

const FOUND: readonly (readonly string[])[] = [
  ["python", "task.py"],
  ["sh", "-c", "echo"],
  ["/bin/sh"],
  ["/usr/bin/env", "python"],
  ["env", "A=1", "sh", "x"],
  ["run.sh"],
  ["./run.sh"],
  ["tools/script"],
  ["script"],
  ["binary"],
  ["tool"],
  ["rcc"],
  ["linked/anything"],
  ["/home/robot/app/run.sh"],
];

for (const words of FOUND) {
  Deno.test(`checkCommands() finds "${words.join(" ")}"`, () => {
    assert.equal(problems(task("it", ...words)), "");
  });
}

const MISSING: readonly (readonly [words: readonly string[], message: RegExp])[] = [
  [
    ["bash", "x"],
    /^failed to start task "it" on base image "base": "bash" is in neither the robot, the environment nor the base, use a base that has it$/,
  ],
  [["/bin/bash"], /: there is no "\/bin\/bash", use/],
  [["env", "bash", "x"], /: "bash" is in neither/],
  [["bash.sh"], /: "bash\.sh" is a script, and there is no "\/bin\/bash" to run it, use/],
  [["tools/weekly"], /: "tools\/weekly" is a script, and "perl" is in neither .* to run it, use/],
  [["tools"], /: "tools" is in neither/],
  [["/home/robot/app/none"], /: there is no/],
];

for (const [words, message] of MISSING) {
  Deno.test(`checkCommands() does not find "${words.join(" ")}"`, () => {
    assert.match(problems(task("it", ...words)), message);
  });
}

Deno.test("checkCommands() finds the interpreter of the environment's scripts, or says so", () => {
  const tree = treeOf("usr/bin/env");
  assert.match(
    problems(task("it", "tool"), { tree }),
    /"tool" is a script, and there is no "\/bin\/sh"/,
  );
});

Deno.test("checkCommands() warns of links to busybox, which rcc starts as busybox", () => {
  const tree = treeOf("bin/sh -> busybox", "bin/busybox", "usr/bin/env -> ../../bin/busybox");
  const { failures, warnings } = checkCommands([task("it", "sh", "-c", "x")], { ...PLACES, tree });
  assert.deepEqual(failures, []);
  assert.match(warnings[0]!, /^task "it" may not start: "sh" is a link to "\/bin\/busybox", which/);
  for (const words of [["busybox", "sh"], ["run.sh"], ["script"], ["tool"]]) {
    const found = checkCommands([task("it", ...words)], { ...PLACES, tree });
    assert.deepEqual([found.failures, found.warnings], [[], []], words.join(" "));
  }
});

Deno.test("checkCommands() has no environment to look in for a shell robot", () => {
  const { environment: _, ...shell } = PLACES;
  const { failures } = checkCommands([task("it", "python")], shell);
  assert.match(failures[0]!.message, /"python" is in neither the robot's PATH nor the base/);
});

Deno.test("checkCommands() only warns of a task that nobody chose, when another can start", () => {
  const { task: _, ...unchosen } = PLACES;
  const tasks = [task("good", "python"), task("bad", "bash")];
  const { failures, warnings } = checkCommands(tasks, unchosen);
  assert.deepEqual(failures, []);
  assert.deepEqual(warnings, [
    `task "bad" cannot start: "bash" is in neither the robot, the environment nor the base`,
  ]);
  assert.equal(checkCommands(tasks, { ...PLACES, task: "good" }).failures.length, 0);
  assert.equal(checkCommands(tasks, { ...PLACES, task: "bad" }).failures.length, 1);
});

Deno.test("checkCommands() refuses a robot of which no task can start", () => {
  const { task: _, ...unchosen } = PLACES;
  const { failures } = checkCommands([task("a", "bash"), task("b", "zsh")], unchosen);
  assert.equal(failures.length, 2);
});

Deno.test("checkCommands() is sure of the first pre-run script alone", () => {
  const first = checkCommands([script("bash", "a"), task("it", "python")], PLACES);
  assert.match(first.failures[0]!.message, /^failed to start pre-run script "bash a" on base/);
  const second = checkCommands([script("sh", "make"), script("made"), task("it", "sh")], PLACES);
  assert.deepEqual(second.failures, []);
  assert.match(second.warnings[0]!, /^pre-run script "made" cannot start: "made" is in neither/);
});
