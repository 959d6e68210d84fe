// deno-lint-ignore-file no-console
/**
 * Runs all tests, those in the documentation of src too, or those of the files that are named, on
 * all processors, and ends with the line `N passed, N failed, N skipped`. Before it stands what the
 * skipped tests wait for, and how long all took. The counts are those of deno's JUnit report, steps
 * of tests included, and not of its output.
 */
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { countTests, formatCounts, notesOf, type TestCounts, withOutcome } from "./test_counts.ts";

const ROOT = new URL("../", import.meta.url);

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const folder = await Deno.makeTempDir();
  try {
    const report = join(folder, "junit.xml");
    const start = performance.now();
    const code = await runTests(report, await Promise.all(args.map(fromCaller)));
    const counts = withOutcome(await readCounts(report), code);
    for (const note of notesOf(counts, (performance.now() - start) / 1000)) console.log(note);
    console.log(formatCounts(counts));
    return counts.failed === 0 ? code : Math.max(code, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A file as the caller names it: `deno task` runs in the project's folder, and says where it was. */
async function fromCaller(argument: string): Promise<string> {
  const path = resolve(Deno.env.get("INIT_CWD") ?? "", argument);
  return await isThere(path) ? path : argument;
}

async function runTests(report: string, args: readonly string[]): Promise<number> {
  const paths = args.length === 0 ? ["src", "tests"] : args;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--doc", "--parallel", `--junit-path=${report}`, ...paths],
    cwd: ROOT,
    // Many a test waits: for a registry that is to be asked again, for an engine, for the disk.
    env: { DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(navigator.hardwareConcurrency + 1) },
  }).spawn();
  const { code } = await child.status;
  await untilEnginesAreGone(child.pid);
  return code;
}

async function readCounts(report: string): Promise<TestCounts | undefined> {
  try {
    return countTests(await Deno.readTextFile(report));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The engines that the tests started end by themselves, a moment after their process. */
async function untilEnginesAreGone(pid: number): Promise<void> {
  const folder = join(tmpdir(), `rcc-oci-engines-${pid}`);
  for (let tries = 0; tries < 300 && await isThere(folder); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (await isThere(folder)) console.error(`engines of the tests were left in ${folder}`);
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
