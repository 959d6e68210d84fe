import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { run, toolTest } from "../support/tools.ts";

const PROGRAM = fileURLToPath(new URL("./sinks_program.ts", import.meta.url));
const COMMAND = `'${Deno.execPath()}' run -A '${PROGRAM}'`;

Deno.test("systemSinks() have written all when the process exits", async () => {
  const { stdout, stderr } = await run(Deno.execPath(), ["run", "-A", PROGRAM]);
  const lines = stdout.split("\n");
  assert.equal(lines.length, 20_001);
  assert.equal(lines[19_999], "19999".padEnd(99, "."));
  assert.equal(stderr, "done\n");
});

toolTest({
  name: "systemSinks() bear a reader of stdout that goes away",
  needs: ["bash"],
}, async () => {
  const script = `set -o pipefail; ${COMMAND} | head -n 1`;
  const { code, stdout, stderr } = await run("bash", ["-c", script], { allowFailure: true });
  assert.deepEqual({ code, stdout, stderr }, {
    code: 0,
    stdout: `${"0".padEnd(99, ".")}\n`,
    stderr: "done\n",
  });
});

toolTest({
  name: "systemSinks() bear a stderr without a reader",
  needs: ["bash"],
}, async () => {
  const { stdout } = await run("bash", ["-c", `${COMMAND} 2> >(exec true) | tail -n 1`]);
  assert.equal(stdout, `${"19999".padEnd(99, ".")}\n`);
});

toolTest({
  name: "systemSinks() say that there is no room behind stdout",
  needs: ["bash"],
  on: ["linux"],
}, async () => {
  const { code, stderr } = await run("bash", ["-c", `${COMMAND} > /dev/full`], {
    allowFailure: true,
  });
  assert.equal(code, 1);
  assert.match(stderr, /failed to write to standard output: .*space/);
});
