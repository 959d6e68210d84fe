// deno-lint-ignore-file no-console
import { runSuite } from "../../tests/fuzz/suite.ts";
import { SUITES } from "../../tests/fuzz/suites.ts";
import type { SoakOptions } from "../soak.ts";

/** Cases between two looks at the clock. */
const BATCH = 2_000;
const MOST_MEMORY = 500 * 1024 * 1024;

/** Runs all suites in turn until the time is over. @throws at the first input that goes wrong. */
export async function soakFuzz({ minutes, seed }: SoakOptions): Promise<void> {
  const end = performance.now() + minutes * 60_000;
  const totals = new Map([...SUITES.keys()].map((name) => [name, { cases: 0, slowestMs: 0 }]));
  let mostMemory = 0;
  for (let round = 0; performance.now() < end; round++) {
    for (const [name, suite] of SUITES) {
      const total = totals.get(name)!;
      const started = performance.now();
      // As many as fit into a few seconds: some suites write a file for each case.
      while (performance.now() - started < 4_000 && performance.now() < end) {
        const run = await runSuite(suite, {
          cases: BATCH,
          seed: seed + round * 1_000 + total.cases,
        });
        total.cases += run.cases;
        total.slowestMs = Math.max(total.slowestMs, run.slowestMs);
        mostMemory = Math.max(mostMemory, run.memory);
        if (run.memory > MOST_MEMORY) throw new Error(`${name}: ${run.memory} bytes of memory`);
      }
    }
  }
  console.log("| suite | cases | slowest |\n| --- | --: | --: |");
  for (const [name, { cases, slowestMs }] of totals) {
    console.log(`| ${name} | ${cases.toLocaleString("en")} | ${Math.ceil(slowestMs)} ms |`);
  }
  const all = [...totals.values()].reduce((sum, { cases }) => sum + cases, 0);
  console.log(
    `\nSeed ${seed}, ${all.toLocaleString("en")} cases, ` +
      `at most ${Math.round(mostMemory / 1e6)} MB of memory.`,
  );
}
