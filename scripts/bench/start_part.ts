import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BENCH_FOLDER } from "./libraries.ts";
import { fastestRun, type Measured, runMeasured } from "./measured.ts";
import { megabytes, type Part, ratio, table, verdict } from "./part.ts";

type StartResult = Readonly<Record<"empty" | "version" | "help", Measured>>;

/** A start is short: many of them. */
const RUNS_A_ROUND = 10;

/** How long the program takes to do nearly nothing, beside a program that does nothing. */
export const startPart: Part<StartResult> = {
  name: "start",

  async run({ program, rounds, say }) {
    say("start");
    const empty = join(BENCH_FOLDER, "empty.js");
    await writeFile(empty, "");
    const commands = {
      empty: [Deno.execPath(), "run", "--allow-all", "--no-config", empty],
      version: program.command("--version"),
      help: program.command("--help"),
    };
    const runs: Record<keyof StartResult, Measured[]> = { empty: [], version: [], help: [] };
    for (let i = 0; i < RUNS_A_ROUND * rounds; i++) {
      for (const name of ["empty", "version", "help"] as const) {
        runs[name].push(await runMeasured(commands[name]));
      }
    }
    return {
      empty: fastestRun(runs.empty),
      version: fastestRun(runs.version),
      help: fastestRun(runs.help),
    };
  },

  render({ empty, version, help }) {
    const row = (what: string, run: Measured, limit: number) => {
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
        row("an empty program", empty, NaN),
        row("`--version`", version, 1.5),
        row("`--help`", help, 2.5),
      ]),
      "`--help` is commander's, which is built on modules of Node: the first of them starts Deno's " +
      "layer for all, some 13 ms, and `fs` and `child_process` take 5 more. `--version` needs none.",
    ].join("\n\n");
  },
};
