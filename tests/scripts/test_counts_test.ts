import assert from "node:assert/strict";
import { join } from "node:path";
import { countTests, formatCounts, notesOf, withOutcome } from "../../scripts/test_counts.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, waitsFor } from "../support/tools.ts";

Deno.test("countTests() counts what deno's own report says", async () => {
  const { report, code } = await runTests(`
    Deno.test("passes", () => {});
    Deno.test("has <skipped/> in its name", () => {});
    Deno.test("fails", () => { throw new Error("<skipped/>"); });
    Deno.test({ name: "a${waitsFor(["podman", "umoci"])}", ignore: true, fn() {} });
    Deno.test({ name: "b${waitsFor(["podman", "umoci"])}", ignore: true, fn() {} });
    Deno.test({ name: "elsewhere <&> \\"here's\\"", ignore: true, fn() {} });
    Deno.test({ name: "c${waitsFor(["zsh"])}", ignore: true, fn() {} });
    Deno.test("steps", async (t) => { await t.step("one", () => {}); });
  `);
  const counts = withOutcome(countTests(report), code);
  assert.equal(formatCounts(counts), "4 passed, 1 failed, 4 skipped");
  assert.deepEqual([...counts.waiting], [["podman, umoci", 2], ["zsh", 1]]);
  assert.deepEqual(counts.others, [`elsewhere <&> "here's"`]);
  assert.equal(counts.slowest.length, 3);
  const notes = notesOf({ ...counts, slowest: [["a", 61], ["b", 2]] }, 754.6);
  assert.deepEqual(notes, [
    "2 tests wait for podman, umoci",
    "1 test waits for zsh",
    `skipped: elsewhere <&> "here's"`,
    "took 12 min 35 s; longest were",
    "  1 min 1 s: a",
    "  2 s: b",
  ]);
});

Deno.test("withOutcome() counts what fails outside of any test", async () => {
  const { report, code } = await runTests(`
    Deno.test("passes", () => {});
    Deno.test("leaves an error", () => { Promise.reject(new Error("late")); });
  `);
  assert.notEqual(code, 0);
  assert.ok(withOutcome(countTests(report), code).failed > 0);
  const alone = countTests(`<testsuites tests="1"><testcase name="a"></testcase></testsuites>`);
  assert.equal(formatCounts(withOutcome(alone, 1)), "1 passed, 1 failed, 0 skipped");
  assert.equal(formatCounts(withOutcome(alone, 0)), "1 passed, 0 failed, 0 skipped");
});

Deno.test("withOutcome() takes no report, or one without tests, for a failure", () => {
  assert.equal(formatCounts(withOutcome(undefined, 1)), "0 passed, 1 failed, 0 skipped");
  const empty = countTests(`<testsuites tests="0"></testsuites>`);
  assert.equal(formatCounts(withOutcome(empty, 0)), "0 passed, 1 failed, 0 skipped");
});

Deno.test("countTests() refuses a report whose numbers do not fit", () => {
  assert.throws(() => countTests(`<testsuites tests="2"><testcase name="a"/></testsuites>`), {
    message: "expected 2 tests, found 1",
  });
  assert.throws(() => countTests("<html>"), SyntaxError);
});

async function runTests(source: string): Promise<{ report: string; code: number }> {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(join(folder.path, "a_test.ts"), source);
  await Deno.writeTextFile(join(folder.path, "deno.json"), "{}");
  const { code } = await run(Deno.execPath(), [
    ...["test", "--no-check", "--junit-path=report.xml"],
  ], { cwd: folder.path, allowFailure: true });
  return { report: await Deno.readTextFile(join(folder.path, "report.xml")), code };
}
