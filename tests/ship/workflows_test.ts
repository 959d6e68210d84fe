/** The workflows and the action: what can be known of them without running them at GitHub. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../scripts/ship/project.ts";
import { TARGETS } from "../../scripts/ship/targets.ts";
import { actionlint } from "../support/actionlint.ts";
import { run, toolTest } from "../support/tools.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
}

interface Job {
  readonly steps?: readonly Step[];
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: { readonly include?: readonly { target: string }[] } };
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = join(ROOT, ".github", "workflows");

async function readYaml<Value>(...path: readonly string[]): Promise<Value> {
  return parse(await readFile(join(...path), "utf8"));
}

async function readWorkflows(): Promise<Readonly<Record<string, Workflow>>> {
  const names = (await readdir(FOLDER)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readYaml(FOLDER, name)])),
  );
}

/** The steps of the action and of every job. */
async function allSteps(): Promise<readonly Step[]> {
  const action: { runs: { steps: Step[] } } = await readYaml(ROOT, "action.yml");
  const jobs = Object.values(await readWorkflows()).flatMap(({ jobs }) => Object.values(jobs));
  return [...action.runs.steps, ...jobs.flatMap(({ steps = [] }) => steps)];
}

Deno.test("workflows use actions of GitHub alone, each by its commit", async () => {
  const uses = (await allSteps()).flatMap(({ uses }) => uses ?? []);
  assert.notEqual(uses.length, 0);
  for (const name of uses) assert.match(name, /^actions\/[\w-]+@[0-9a-f]{40}$/);
});

Deno.test("no script of a workflow has an expression in it, which could bring code along", async () => {
  const scripts = (await allSteps()).flatMap(({ run }) => run ?? []);
  assert.notEqual(scripts.length, 0);
  for (const script of scripts) assert.equal(script.includes("${{"), false, script);
});

Deno.test("workflows may only read, but for the job that publishes", async () => {
  const more: Record<string, unknown> = {};
  for (const [name, { permissions, jobs }] of Object.entries(await readWorkflows())) {
    assert.deepEqual(permissions, { contents: "read" });
    for (const [job, { permissions }] of Object.entries(jobs)) {
      if (permissions !== undefined) more[`${name} ${job}`] = permissions;
    }
  }
  assert.deepEqual(more, {
    "release.yml publish": { contents: "write", "id-token": "write", attestations: "write" },
    "release.yml npm": { "id-token": "write" },
  });
});

Deno.test("jobs with rights run no tool but in one exact version", async () => {
  for (const { jobs } of Object.values(await readWorkflows())) {
    for (const { permissions, steps = [] } of Object.values(jobs)) {
      if (permissions === undefined) continue;
      for (const { run: script = "" } of steps) {
        for (const [, name] of script.matchAll(/\b(?:npx|npm install)(?: --?\S+)* (\S+)/g)) {
          assert.match(name!, /^(?:@[\w-]+\/)?[\w-]+@\d+\.\d+\.\d+$/, script);
        }
        assert.doesNotMatch(script, /\b(?:curl|wget|pip|apt|apt-get|brew|deno|Install-Module)\b/);
      }
    }
  }
});

toolTest(
  { name: "the workflows are clean for actionlint", needs: ["go", "shellcheck"], on: ["linux"] },
  async () => {
    const names = (await readdir(FOLDER)).map((name) => join(FOLDER, name));
    await run(await actionlint(), ["-no-color", ...names], { cwd: ROOT });
    const bad =
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{ run: 'echo $a' }]\n";
    const { code, stdout } = await run(await actionlint(), ["-no-color", "-"], {
      stdin: bad,
      allowFailure: true,
    });
    assert.equal(code, 1);
    assert.match(stdout, /SC2086/, "it has shellcheck read the scripts");
  },
);

Deno.test("a release is tested, made, run on every system, and then published", async () => {
  const { jobs } = (await readWorkflows())["release.yml"]!;
  assert.deepEqual(
    Object.entries(jobs).map(([name, { needs }]) => [name, needs]),
    [["test", undefined], ["make", "test"], ["run", "make"], ["publish", "run"], [
      "npm",
      "publish",
    ]],
  );
  const targets = jobs["run"]!.strategy!.matrix.include!.map(({ target }) => target);
  assert.deepEqual(targets, TARGETS.map(({ name }) => name));
});

toolTest({
  name: "the shell in workflows and in the action is clean for shellcheck",
  needs: ["shellcheck"],
}, async () => {
  for (const { run: script, shell = "bash" } of await allSteps()) {
    if (script === undefined || shell !== "bash") continue;
    // GitHub gives bash these options.
    await run("shellcheck", ["--shell=bash", "-"], { stdin: `set -eo pipefail\n${script}` });
  }
});
