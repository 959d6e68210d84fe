/** What `deno task` does, wherever in the project, or outside of it, it is called. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../scripts/ship/project.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run } from "../support/tools.ts";

const QUIET = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };

/** Runs a task of the project from a folder. */
async function task(args: readonly string[], cwd: string) {
  return await run(Deno.execPath(), [
    "task",
    "--quiet",
    "--config",
    join(ROOT, "deno.json"),
    ...args,
  ], {
    cwd,
    env: { ...QUIET, INIT_CWD: cwd }, // npm sets its own, which deno keeps.
    allowFailure: true,
  });
}

Deno.test("deno task rcc-oci works on the caller's folder", async () => {
  await using folder = await temporaryFolder();
  const robot = "tasks:\n  A:\n    shell: run.sh\nartifactsDir: output\n";
  await writeFile(join(folder.path, "robot.yaml"), robot);
  const { stdout, stderr } = await task(["rcc-oci", "doctor", "--offline", "--json"], folder.path);
  const document = JSON.parse(stdout);
  const found = document.checks.find(({ name }: { name: string }) => name === "robot");
  assert.equal(found?.status, "ok", stdout + stderr);
  assert.match(found.message, /robot\.yaml with one task/);
});

Deno.test("deno task test runs one file, as the caller names it", async () => {
  for (
    const [file, cwd] of [["tests/color_test.ts", ROOT], ["color_test.ts", join(ROOT, "tests")]]
  ) {
    const { code, stdout } = await task(["test", file!], cwd!);
    assert.equal(code, 0, stdout);
    assert.match(
      stdout,
      /^took \d+ s; longest were\n {2}\d+ s: hasColor.*\n1 passed, 0 failed, 0 skipped$/m,
    );
  }
});

Deno.test("every test that may be skipped says in its name what it waits for", async () => {
  const names = await readdir(join(ROOT, "tests"), { recursive: true });
  for (const name of names.filter((name) => name.endsWith("_test.ts"))) {
    if (name.startsWith("scripts")) continue;
    const text = await readFile(join(ROOT, "tests", name), "utf8");
    assert.doesNotMatch(text, /^\s*ignore[:,]|, ignore[:,]|Deno\.test\.ignore/m, name);
  }
});
