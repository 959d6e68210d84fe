// deno-lint-ignore-file no-console
/**
 * Measures the program beside its peers, on real libraries, and writes what it found into
 * docs/performance.md.
 *
 *     deno task bench [--only start,cold,changes,...] [--libraries medium,large,huge]
 *                     [--peers umoci,pigz,docker,buildah,crane] [--rounds 3]
 *
 * The medium library is that of the fixtures, the large one is made from an index of packages, where
 * `RCC_OCI_BENCH_MEDIUM`, `_LARGE` or `_HUGE` do not name another one: a library's folder, a colon,
 * a catalog's hash, and with another colon the hash of one with a raised package. The huge one is
 * left out where it is not named.
 *
 * What it needs is made in `.cache/bench` and kept there, the results too: a part that is run alone
 * takes the place of its former result.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { changesPart } from "./bench/changes_part.ts";
import { coldPart } from "./bench/cold_part.ts";
import { BENCH_FOLDER } from "./bench/folder.ts";
import { growthPart } from "./bench/growth_part.ts";
import { layersPart } from "./bench/layers_part.ts";
import { benchLibraries } from "./bench/libraries.ts";
import { LIBRARY_NAMES } from "./bench/library_sources.ts";
import { OwnProgram } from "./bench/own_build.ts";
import type { Part } from "./bench/part.ts";
import { type PeerName, PEERS, processorName, USUAL_PEERS } from "./bench/peers.ts";
import { profilePart } from "./bench/profile_part.ts";
import { samePart } from "./bench/same_part.ts";
import { replaceSection } from "./bench/section.ts";
import { startPart } from "./bench/start_part.ts";
import { warmPart } from "./bench/warm_part.ts";
import { sourceCommit } from "./ship/source_commit.ts";

/** As docs/performance.md has them. */
const PARTS = [
  coldPart,
  changesPart,
  warmPart,
  samePart,
  layersPart,
  growthPart,
  profilePart,
  startPart,
] as Part[];
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
      libraries: { type: "string", default: LIBRARY_NAMES.join(",") },
      peers: { type: "string", default: USUAL_PEERS.join(",") },
      rounds: { type: "string", default: "3" },
    },
  });
  const parts = oneOf(PARTS.map(({ name }) => name), values.only)
    .map((name) => PARTS.find((part) => part.name === name)!);
  const names = oneOf(LIBRARY_NAMES, values.libraries);
  const peers = oneOf(Object.keys(PEERS) as PeerName[], values.peers);
  await mkdir(BENCH_FOLDER, { recursive: true });
  const rounds = Number(values.rounds);
  const say = (text: string) => console.log(text);
  const program = await OwnProgram.bundle();
  const libraries = await benchLibraries(names, say);
  for (const part of parts) {
    const { name } = part;
    const load = loadavg()[0]!;
    const result = await part.run({ program, libraries, peers, rounds, say });
    const day = new Date().toISOString().slice(0, 10);
    const kept: Kept = { result, day, commit: await sourceCommit(), rounds, load };
    await writeFile(RESULTS, JSON.stringify({ ...await readResults(), [name]: kept }, null, 2));
    await replaceSection(PERFORMANCE, await render());
  }
}

/** @param list Names, separated by commas. */
function oneOf<Name extends string>(names: readonly Name[], list: string): readonly Name[] {
  return list.split(",").map((text) => {
    const name = names.find((name) => name === text);
    if (name === undefined) throw new Error(`expected one of ${names.join(", ")}, found "${text}"`);
    return name;
  });
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
