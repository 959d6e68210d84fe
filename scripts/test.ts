// deno-lint-ignore-file no-console
/**
 * Runs all tests, those in the documentation of src too, on all processors, and ends with the line
 * `N passed, N failed, N skipped`. Before it stands what the skipped tests wait for. The
 * counts are those of deno's JUnit report, steps of tests included, and not of its output.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countTests, formatCounts, type TestCounts, withOutcome } from "./test_counts.ts";

const ROOT = new URL("../", import.meta.url);

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const folder = await Deno.makeTempDir();
  try {
    const report = join(folder, "junit.xml");
    const code = await runTests(report, args);
    const counts = withOutcome(await readCounts(report), code);
    for (const [tools, count] of counts.waiting) console.log(`${count} tests wait for ${tools}`);
    for (const name of counts.others) console.log(`skipped: ${name}`);
    console.log(formatCounts(counts));
    return counts.failed === 0 ? code : Math.max(code, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runTests(report: string, args: readonly string[]): Promise<number> {
  const paths = args.length === 0 ? ["src", "tests"] : args;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--doc", "--parallel", `--junit-path=${report}`, ...paths],
    cwd: ROOT,
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
