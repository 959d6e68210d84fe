import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import process from "node:process";
import fc from "fast-check";

/** One reader or writer, and what may not happen to it. */
export interface FuzzSuite<Input = unknown> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** @throws when the reader did anything but read the input or refuse it in its own words. */
  readonly check: (input: Input) => Promise<void> | void;
}

/** Options of {@linkcode runSuite}. */
export interface RunSuiteOptions {
  readonly cases: number;
  readonly seed: number;
}

/** What a run has met. */
export interface SuiteRun {
  readonly cases: number;
  readonly slowestMs: number;
  /** Of the whole process, in bytes. */
  readonly memory: number;
}

/** No single input may keep a reader for longer. */
export const LONGEST_MS = 5_000;

/** @throws with the smallest input that fails, its seed and path. */
export async function runSuite(
  { name, inputs, check }: FuzzSuite,
  { cases, seed }: RunSuiteOptions,
): Promise<SuiteRun> {
  let slowestMs = 0;
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      const start = performance.now();
      await check(input);
      const took = performance.now() - start;
      slowestMs = Math.max(slowestMs, took);
      assert.ok(took < LONGEST_MS, `${name}: ${took} ms for one input`);
    }),
    { numRuns: cases, seed },
  );
  return { cases, slowestMs, memory: process.memoryUsage.rss() };
}

/** Inputs that once went wrong, or are known to be meant badly, by the name of their file. */
export async function corpusOf(name: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = fileURLToPath(new URL(`../corpus/${name}`, import.meta.url));
  const names = await readdir(folder).catch((): string[] => []);
  return new Map(
    await Promise.all(
      names.sort().map(async (file) =>
        [file, new Uint8Array(await readFile(join(folder, file)))] as const
      ),
    ),
  );
}
