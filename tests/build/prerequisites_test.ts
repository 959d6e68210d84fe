import assert from "node:assert/strict";
import { type CheckFacts, runChecks } from "../../src/checks/mod.ts";
import { enforceChecks } from "../../src/build/prerequisites.ts";
import { Failure, Failures } from "../../src/failure/mod.ts";
import { hostAdvice } from "../../src/rcc/mod.ts";
import { createReporter } from "../../src/report/mod.ts";
import { GOOD_FACTS } from "../checks/facts.ts";

/** What a build says of these facts before it goes on, or does not. */
function enforce(changes: Partial<CheckFacts>): { readonly warnings: readonly string[] } {
  const sink = { isTerminal: false, columns: () => 80, rows: () => 24, write: () => {} };
  using reporter = createReporter({
    ...{ stdout: sink, stderr: sink, mode: "normal", verbose: false, progress: "plain" },
    env: {},
    now: () => 0,
  });
  enforceChecks(runChecks({ ...GOOD_FACTS, ...changes }), reporter);
  return reporter;
}

Deno.test("enforceChecks() says nothing of a good host", () => {
  assert.deepEqual(enforce({}).warnings, []);
});

Deno.test("enforceChecks() warns whenever host and image are of different platforms", () => {
  for (const hostOs of ["win32", "darwin"]) {
    const advice = hostAdvice(hostOs);
    const host = { ...GOOD_FACTS.host, platform: hostOs, advice };
    assert.deepEqual(enforce({ host }).warnings, [advice.warning]);
  }
});

Deno.test("enforceChecks() warns of files for other systems and of a disk that is nearly full", () => {
  const environment = { hash: "00", library: "/lib", warnings: ["files for Windows"] };
  const { warnings } = enforce({
    environment: { found: environment },
    space: GOOD_FACTS.space.map((fact) => ({ ...fact, freeBytes: 3e8 })),
  });
  assert.equal(warnings.length, 2);
  assert.match(warnings[0]!, /files for Windows, build the environment on Linux, unless/);
  assert.match(warnings[1]!, /it may not suffice: about 300 MB are needed/);
});

Deno.test("enforceChecks() throws all that stands in the way at once", () => {
  const rcc = { error: new Failure("rcc/not-found", "failed to find rcc") };
  const outputs = [{ where: "a", error: new Failure("output/unwritable", "failed to write") }];
  assert.throws(() => enforce({ rcc, outputs }), (error) => {
    assert.ok(error instanceof Failures);
    assert.deepEqual(error.all.map(({ id }) => id), ["rcc/not-found", "output/unwritable"]);
    return true;
  });
});
