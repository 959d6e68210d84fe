import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BENCH_FOLDER, sample } from "./libraries.ts";
import type { Measured } from "./measured.ts";
import { imageIn } from "./own_build.ts";
import { megabytes, type Part, seconds, table } from "./part.ts";

interface JobsRow {
  readonly jobs: number;
  readonly run: Measured;
  /** Of the environment's layer. */
  readonly digest: string;
}

const LAYOUT = join(BENCH_FOLDER, "layout");

/** The same layer, whatever the number of workers. */
export const jobsPart: Part<readonly JobsRow[]> = {
  name: "jobs",

  async run({ program, say }) {
    const medium = await sample("medium");
    const rows: JobsRow[] = [];
    for (const jobs of [1, 2, 8]) {
      say(`${jobs} workers`);
      await rm(LAYOUT, { recursive: true, force: true });
      const args = ["--oci-layout", LAYOUT, "--jobs", String(jobs)];
      const run = await program.build({ sample: medium, args });
      rows.push({ jobs, run, digest: (await imageIn(LAYOUT)).layers[1]! });
    }
    return rows;
  },

  render(rows) {
    const isSame = rows.every(({ digest }) => digest === rows[0]!.digest);
    return [
      `Workers: ${isSame ? "the same layer with each number" : "**the layers differ**"}.`,
      table(
        ["workers", "time", "processor", "peak memory", "layer"],
        rows.map(({ jobs, run, digest }) => [
          String(jobs),
          seconds(run.seconds),
          seconds(run.cpuSeconds),
          megabytes(run.peakBytes),
          `\`${digest.slice(0, "sha256:".length + 16)}…\``,
        ]),
      ),
    ].join("\n\n");
  },
};
