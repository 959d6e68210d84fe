import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exitCodeOf } from "../../src/cli/exit_code.ts";
import { refuseRecordedSecrets } from "../../src/build/recorded_secrets.ts";
import { createReporter } from "../../src/report/mod.ts";
import { listRobotFiles, readRobot } from "../../src/robot/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

interface Outcome {
  readonly code: number;
  readonly said: string;
}

/** Searches a shell robot with a docker-compose file, on a host with these variables. */
async function searched(compose: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  await using folder = await temporaryFolder();
  const own = join(folder.path, "robot");
  await mkdir(own);
  await writeFile(join(own, "robot.yaml"), "tasks: {A: {shell: sh a.sh}}\nartifactsDir: output\n");
  await writeFile(join(own, "docker-compose.yml"), compose);
  let said = "";
  const sink = {
    isTerminal: false,
    columns: () => 80,
    rows: () => 24,
    write: (text: string) => void (said += text),
  };
  using reporter = createReporter({
    stdout: sink,
    stderr: sink,
    mode: "normal",
    verbose: false,
    progress: "plain",
    env: { NO_COLOR: "1" },
    now: () => 0,
  });
  const listing = await listRobotFiles(await readRobot(own));
  const nothing = () => Promise.reject(new Error("expected no question for a shell robot"));
  const code = await refuseRecordedSecrets({ environment: undefined, listing }, {
    request: { allowRecordedSecrets: false },
    context: {
      env: { HOME: folder.path, ...env },
      hostOs: "linux",
      signal: new AbortController().signal,
      reporter,
    },
    cache: { readFact: nothing, writeFact: nothing },
  }).then(() => 0, exitCodeOf);
  return { code, said };
}

Deno.test("a robot is packed with a warning of what only looks like a secret", async () => {
  const compose = "services:\n  app:\n    url: postgres://app:w7Kd0-q@db:5432/app\n";
  const { code, said } = await searched(compose, {});
  assert.equal(code, 0);
  assert.match(said, /"docker-compose\.yml:3:10" has what looks like a name and a password in an/);
  assert.doesNotMatch(said, /w7Kd0-q/);
});

Deno.test("a robot is not packed with a secret of this host, and exit code 5", async () => {
  const { code, said } = await searched("key: abc-0123456789\n", { MY_TOKEN: "abc-0123456789" });
  assert.deepEqual([code, said], [5, ""]);
});

Deno.test("a robot with a database of development is packed without a word", async () => {
  const { code, said } = await searched("url: postgres://postgres:postgres@db/app\n", {});
  assert.deepEqual([code, said], [0, ""]);
});
