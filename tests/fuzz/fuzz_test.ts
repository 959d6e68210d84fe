/** The sample that every change is tested with; `deno task soak` runs as many cases as time allows. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { corpusOf, runSuite } from "./suite.ts";
import { READERS, SUITES } from "./suites.ts";

const SAMPLE = 150;
const SEED = 20260131;

for (const suite of SUITES.values()) {
  Deno.test(`${suite.name}: ${SAMPLE} inputs are read or refused`, async () => {
    await runSuite(suite, { cases: SAMPLE, seed: SEED });
  });
}

for (const { name, check } of READERS) {
  Deno.test(`${name}: every input of the corpus is read or refused`, async () => {
    const inputs = await corpusOf(name);
    assert.ok(inputs.size > 0, `tests/corpus/${name}`);
    for (const input of inputs.values()) await check(input);
  });
}

Deno.test("every folder of the corpus has a suite", async () => {
  const folders = await readdir(new URL("../corpus", import.meta.url));
  assert.deepEqual(folders.filter((name) => !READERS.some((suite) => suite.name === name)), []);
});
