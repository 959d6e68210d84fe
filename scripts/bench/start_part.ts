import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BENCH_FOLDER } from "./folder.ts";
import { fastestRun, type Measured, runMeasured } from "./measured.ts";
import { megabytes, type Part, ratio, table, verdict } from "./part.ts";

interface StartResult {
  readonly empty: Measured;
  /** By the arguments of the program. */
  readonly starts: Readonly<Record<string, Measured>>;
}

/** Arguments, and how many times as long as an empty program they may take. */
const STARTS: Readonly<Record<string, number>> = {
  "--version": 1.5,
  "--help": 2.5,
  "build --help": 2.5,
  "build --quiet --help": Infinity,
};

/** A start is short: many of them. */
const RUNS_A_ROUND = 10;

/** How long the program takes to do nearly nothing, beside a program that does nothing. */
export const startPart: Part<StartResult> = {
  name: "start",

  async run({ program, rounds, say }) {
    say("start");
    const path = join(BENCH_FOLDER, "empty.js");
    await writeFile(path, "");
    const empty: Measured[] = [];
    const starts = Object.keys(STARTS).map((args) => ({ args, runs: [] as Measured[] }));
    for (let i = 0; i < RUNS_A_ROUND * rounds; i++) {
      empty.push(await runMeasured([Deno.execPath(), "run", "--allow-all", "--no-config", path]));
      for (const { args, runs } of starts) {
        runs.push(await runMeasured(program.command(...args.split(" "))));
      }
    }
    return {
      empty: fastestRun(empty),
      starts: Object.fromEntries(starts.map(({ args, runs }) => [args, fastestRun(runs)])),
    };
  },

  render({ empty, starts }) {
    const row = (what: string, run: Measured, limit = Infinity) => {
      const times = run.seconds / empty.seconds;
      return [
        what,
        `${(run.seconds * 1000).toFixed(0)} ms`,
        ratio(times),
        megabytes(run.peakBytes),
        Number.isFinite(limit) ? `at most ${limit}` : "",
        Number.isFinite(limit) ? verdict(times <= limit) : "",
      ];
    };
    return [
      "Start-up of the program as one file, beside an empty one: the fastest of many runs in turns.",
      table(["what", "time", "ratio", "peak memory", "asked for", ""], [
        row("an empty program", empty),
        ...Object.entries(starts).map(([args, run]) => row(`\`${args}\``, run, STARTS[args])),
      ]),
      "The version and the help of a command are said before the command line is loaded, and Deno's " +
      "layer of Node with it. Help behind other options is printed by commander, which needs both: " +
      "the last row has what that takes.",
    ].join("\n\n");
  },
};
