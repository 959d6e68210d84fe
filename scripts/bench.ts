// deno-lint-ignore-file no-console
/**
 * Measures the program beside its peers and writes what it found into docs/performance.md.
 *
 *     deno task bench [--only cold,warm,growth,start,jobs,profile] [--rounds 3]
 *
 * What it needs is made in `.cache/bench` and kept there, the results too: a part that is run alone
 * takes the place of its former result.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { coldPart } from "./bench/cold_part.ts";
import { growthPart } from "./bench/growth_part.ts";
import { jobsPart } from "./bench/jobs_part.ts";
import { BENCH_FOLDER } from "./bench/libraries.ts";
import { OwnProgram } from "./bench/own_build.ts";
import type { Part } from "./bench/part.ts";
import { processorName } from "./bench/peers.ts";
import { profilePart } from "./bench/profile_part.ts";
import { replaceSection } from "./bench/section.ts";
import { startPart } from "./bench/start_part.ts";
import { warmPart } from "./bench/warm_part.ts";
import { sourceCommit } from "./ship/source_commit.ts";

const PARTS = [startPart, jobsPart, warmPart, growthPart, profilePart, coldPart] as Part[];
const RESULTS = join(BENCH_FOLDER, "results.json");
const PERFORMANCE = new URL("../docs/performance.md", import.meta.url);

/** A part's result, and under which circumstances it was found. */
interface Kept {
  readonly result: unknown;
  readonly day: string;
  readonly commit: string;
  readonly rounds: number;
  /** How many threads wanted a processor on the average of the minute before. */
  readonly load: number;
}

if (import.meta.main) await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: PARTS.map(({ name }) => name).join(",") },
      rounds: { type: "string", default: "3" },
    },
  });
  await mkdir(BENCH_FOLDER, { recursive: true });
  const rounds = Number(values.rounds);
  const program = await OwnProgram.bundle();
  for (const name of values.only.split(",")) {
    const part = PARTS.find((part) => part.name === name);
    if (part === undefined) throw new Error(`expected a part, found "${name}"`);
    const load = loadavg()[0]!;
    const result = await part.run({ program, rounds, say: (text) => console.log(text) });
    const day = new Date().toISOString().slice(0, 10);
    const kept: Kept = { result, day, commit: await sourceCommit(), rounds, load };
    await writeFile(RESULTS, JSON.stringify({ ...await readResults(), [name]: kept }, null, 2));
    await replaceSection(PERFORMANCE, await render());
  }
}

async function render(): Promise<string> {
  const results = await readResults();
  const parts = PARTS.flatMap((part) => {
    const kept = results[part.name];
    if (kept === undefined) return [];
    const circumstances = `Measured ${kept.day}, commit ${kept.commit}, rounds: ${kept.rounds}, ` +
      `load of the machine when it began: ${kept.load.toFixed(1)}.`;
    return [part.render(kept.result), circumstances];
  });
  return ["## Packing, beside its peers", await machine(), ...parts].join("\n\n");
}

async function machine(): Promise<string> {
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `Machine: ${await processorName()}, ${availableParallelism()} processors, ${memory} GiB, ` +
    `Linux ${release()}, Deno ${Deno.version.deno}.`;
}

async function readResults(): Promise<Readonly<Record<string, Kept>>> {
  try {
    return JSON.parse(await readFile(RESULTS, "utf8"));
  } catch {
    return {};
  }
}
