import { CACHE, LAYOUT, remove } from "./folder.ts";
import { type Measured, medianRun } from "./measured.ts";
import { count, megabytes, type Part, seconds, table, verdict } from "./part.ts";
import { warmPageCache } from "./peers.ts";
import { sample, SAMPLE_SIZES, type SampleName } from "./samples.ts";

type GrowthResult = Readonly<Partial<Record<SampleName, Measured>>>;

const MEMORY_LIMIT = 400e6;

/** Time and memory of what no real library shows. */
export const growthPart: Part<GrowthResult> = {
  name: "growth",

  async run({ program, rounds, say }) {
    const found: Partial<Record<SampleName, Measured>> = {};
    for (const name of Object.keys(SAMPLE_SIZES) as SampleName[]) {
      say(`growth: making the library of ${name} files`);
      const library = await sample(name);
      await warmPageCache(library.hololib);
      const runs: Measured[] = [];
      for (let round = 1; round <= rounds; round++) {
        say(`growth, ${name}, round ${round} of ${rounds}`);
        await remove(LAYOUT, CACHE);
        runs.push(await program.build(library, { args: ["--oci-layout", LAYOUT] }));
      }
      found[name] = medianRun(runs);
    }
    await remove(LAYOUT, CACHE);
    return found;
  },

  render(result) {
    const rows = (Object.entries(result) as [SampleName, Measured][]).map(([name, run]) => {
      const { bytes, files } = SAMPLE_SIZES[name];
      return [
        `${(bytes / 1e9).toFixed(1)} GB in ${count(files)} files`,
        seconds(run.seconds),
        seconds(run.cpuSeconds),
        seconds(run.cpuSeconds / (bytes / 1e9)),
        `${(run.cpuSeconds / files * 1e6).toFixed(0)} µs`,
        megabytes(run.peakBytes),
        verdict(run.peakBytes <= MEMORY_LIMIT),
      ];
    });
    return [
      "Extremes, of generated files that belong to no package: cold, to a layout. Peak memory by " +
      "GNU time; at most 400 MB were asked for.",
      table(
        ["library", "time", "processor", "of it a GB", "of it a file", "peak memory", ""],
        rows,
      ),
    ].join("\n\n");
  },
};
