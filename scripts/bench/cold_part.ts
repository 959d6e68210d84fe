import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BENCH_FOLDER, sample } from "./libraries.ts";
import { type Measured, medianRun } from "./measured.ts";
import { imageIn } from "./own_build.ts";
import { megabytes, type Part, type PartContext, ratio, seconds, table, verdict } from "./part.ts";
import { PEERS, warmPageCache } from "./peers.ts";

interface ColdRow {
  readonly name: string;
  readonly version: string;
  readonly run: Measured;
  readonly bytes: number;
}

interface ColdResult {
  readonly own: Readonly<Record<"default" | "gzip:6" | "zstd", ColdRow>>;
  readonly peers: readonly ColdRow[];
  readonly missing: readonly string[];
}

const LAYOUT = join(BENCH_FOLDER, "layout");

/** The 1.3 GB library into an image, from nothing, beside what others take for its files. */
export const coldPart: Part<ColdResult> = {
  name: "cold",

  async run(context) {
    const { rounds, say } = context;
    const medium = await sample("medium");
    const contestants: Contestant[] = [
      own(context, "default", []),
      own(context, "gzip:6", ["--compression", "gzip:6"]),
      own(context, "zstd", ["--compression", "zstd"]),
    ];
    const missing: string[] = [];
    for (const peer of PEERS) {
      const version = await peer.version();
      if (version === undefined) missing.push(peer.name);
      else contestants.push({ name: peer.name, version, run: () => peer.run(medium) });
    }
    const runs = new Map<string, { measured: Measured; bytes: number }[]>();
    for (let round = 1; round <= rounds; round++) {
      for (const { name, run } of contestants) {
        say(`cold, round ${round} of ${rounds}: ${name}`);
        // All of them read from memory, and wait for no writes of those before them.
        await warmPageCache(medium.hololib);
        await warmPageCache(medium.environment);
        runs.set(name, [...runs.get(name) ?? [], await run()]);
      }
    }
    const rows = contestants.map(({ name, version }): ColdRow => ({
      name,
      version,
      run: medianRun(runs.get(name)!.map(({ measured }) => measured)),
      bytes: runs.get(name)![0]!.bytes,
    }));
    const [byDefault, gzip6, zstd, ...peers] = rows;
    return { own: { default: byDefault!, "gzip:6": gzip6!, zstd: zstd! }, peers, missing };
  },

  render({ own, peers, missing }) {
    const best = own.default.run;
    const rows = [...Object.values(own), ...peers].map(({ name, run, bytes, version }) => [
      name,
      seconds(run.seconds),
      ratio(run.seconds / best.seconds),
      seconds(run.cpuSeconds),
      megabytes(run.peakBytes),
      megabytes(bytes),
      version,
    ]);
    const peer = (part: string) => peers.find(({ name }) => name.includes(part));
    const goals = [
      timeGoal("docker build", 8),
      timeGoal("umoci", 3.5),
      sizeGoal("image size, default, not above `crane append`'s", {
        found: own.default.bytes,
        limit: peer("crane")?.bytes,
      }),
      sizeGoal("`--compression gzip:6` within 3 % of `pigz -6`", {
        found: own["gzip:6"].bytes,
        limit: (peer("pigz -6")?.bytes ?? NaN) * 1.03,
      }),
      sizeGoal("`--compression zstd` smaller than both", {
        found: own.zstd.bytes,
        limit: Math.min(own.default.bytes, own["gzip:6"].bytes),
      }),
      [
        "`--compression zstd` no slower than the default",
        seconds(own.zstd.run.seconds),
        `at most ${seconds(best.seconds)}`,
        verdict(own.zstd.run.seconds <= best.seconds),
      ],
    ];
    function timeGoal(name: string, times: number): readonly string[] {
      const found = (peer(name)?.run.seconds ?? NaN) / best.seconds;
      const what = `times as fast as \`${name}\``;
      return [what, ratio(found), `at least ${times}`, judged(found, found >= times)];
    }
    return [
      "The 1.3 GB library into an OCI layout, nothing in the cache, beside the same files (1.3 GB in " +
      "17,500) packed by others. Medians; the ratio is to our default.",
      table(["what", "time", "ratio", "processor", "peak memory", "size", "version"], rows),
      table(["goal", "found", "asked for", ""], goals),
      "What is spliced by default zstd has to pack anew: RCC's blobs are gzip. So it takes more " +
      `time: ${seconds(own.zstd.run.cpuSeconds - best.cpuSeconds)} of processors.`,
      ...(missing.length === 0 ? [] : [`Not installed: ${missing.join(", ")}.`]),
    ].join("\n\n");
  },
};

interface Contestant {
  readonly name: string;
  readonly version: string;
  run(): Promise<{ measured: Measured; bytes: number }>;
}

function own({ program }: PartContext, name: string, args: readonly string[]): Contestant {
  return {
    name: `rcc-oci, ${name}`,
    version: `Deno ${Deno.version.deno}`,
    async run() {
      await rm(LAYOUT, { recursive: true, force: true });
      const measured = await program.build({
        sample: await sample("medium"),
        args: ["--oci-layout", LAYOUT, ...args],
      });
      return { measured, bytes: (await imageIn(LAYOUT)).layerBytes };
    },
  };
}

function sizeGoal(
  what: string,
  { found, limit = NaN }: { readonly found: number; readonly limit?: number | undefined },
): readonly string[] {
  return [what, megabytes(found), `at most ${megabytes(limit)}`, judged(limit, found <= limit)];
}

function judged(known: number, isReached: boolean): string {
  return Number.isFinite(known) ? verdict(isReached) : "not measured";
}
