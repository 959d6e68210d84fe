/**
 * What is shipped, in bytes, and how long each kind of it takes to start: written into
 * docs/performance.md. Needs npm, tar and GNU time; Linux only.
 *
 *     deno run -A scripts/bench/shipped.ts [runs]
 */
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { formatBytes } from "../../src/report/mod.ts";
import { PROGRAM_NAME } from "../../src/version.ts";
import { bundleProgram } from "../ship/bundle_program.ts";
import { packForNpm } from "../ship/npm_package.ts";
import { packPortable } from "../ship/portable_package.ts";
import { outputOf } from "../ship/run_command.ts";
import { say } from "../ship/say.ts";
import { runsHere, TARGETS } from "../ship/targets.ts";
import { BENCH_FOLDER } from "./folder.ts";
import { fastestRun, type Measured, runMeasured } from "./measured.ts";
import { megabytes, ratio, table } from "./part.ts";
import { replaceSection } from "./section.ts";

const MARKERS = { begin: "<!-- shipped:begin -->", end: "<!-- shipped:end -->" };
const FOLDER = join(BENCH_FOLDER, "shipped");

interface Shipped {
  readonly files: readonly string[];
  /** Commands that start the program, by their names. */
  readonly starts: Readonly<Record<string, readonly string[]>>;
}

if (import.meta.main) {
  const runs = Number(process.argv[2] ?? 30);
  const load = loadavg()[0]!;
  const { files, starts } = await makeShipped();
  const measured = await measureStarts(starts, runs);
  const text = [
    "## What is shipped",
    await sizes(files),
    startTable(measured),
    `(${new Date().toISOString().slice(0, 10)}, the fastest of ${runs} runs in turns, load ` +
    `${load.toFixed(1)} on ${availableParallelism()} processors, Deno ${Deno.version.deno}; ` +
    "`deno run -A scripts/bench/shipped.ts`)",
  ].join("\n\n");
  say(text);
  await replaceSection(new URL("../../docs/performance.md", import.meta.url), text, MARKERS);
}

async function makeShipped(): Promise<Shipped> {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const bundle = await bundleProgram({ to: FOLDER });
  const target = TARGETS.find(runsHere)!;
  const portable = await packPortable(target, bundle, { to: FOLDER, deno: Deno.execPath() });
  const npm = await packForNpm(bundle, { to: FOLDER });
  await outputOf(["tar", "-xzf", portable, "-C", FOLDER]);
  const empty = join(FOLDER, "empty.js");
  await writeFile(empty, "");
  const deno = [Deno.execPath(), "run", "--allow-all", "--no-config"];
  return {
    files: [bundle.path, bundle.mapPath, portable, npm],
    starts: {
      "an empty program": [...deno, empty],
      "`rcc-oci.js --version`": [...deno, bundle.path, "--version"],
      "`rcc-oci.js --help`": [...deno, bundle.path, "--help"],
      "portable, `--version`": [join(FOLDER, PROGRAM_NAME, PROGRAM_NAME), "--version"],
    },
  };
}

async function sizes(files: readonly string[]): Promise<string> {
  const rows = await Promise.all(files.map(async (path) => {
    return [`\`${basename(path)}\``, formatBytes((await stat(path)).size)];
  }));
  return table(["file", "size"], rows);
}

async function measureStarts(
  starts: Shipped["starts"],
  runs: number,
): Promise<ReadonlyMap<string, Measured>> {
  const all = new Map(Object.keys(starts).map((name) => [name, [] as Measured[]]));
  for (let i = 0; i < runs; i++) {
    for (const [name, command] of Object.entries(starts)) {
      all.get(name)!.push(await runMeasured(command));
    }
  }
  return new Map([...all].map(([name, runs]) => [name, fastestRun(runs)]));
}

function startTable(measured: ReadonlyMap<string, Measured>): string {
  const [empty] = measured.values();
  const rows = [...measured].map(([name, run]) => [
    name,
    `${(run.seconds * 1000).toFixed(0)} ms`,
    ratio(run.seconds / empty!.seconds),
    megabytes(run.peakBytes),
  ]);
  return table(["start", "time", "ratio", "peak memory"], rows);
}
