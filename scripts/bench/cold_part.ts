import { CACHE, LAYOUT, remove } from "./folder.ts";
import type { BenchLibrary } from "./libraries.ts";
import type { LibraryName } from "./library_sources.ts";
import { type Measured, medianRun } from "./measured.ts";
import { bytesOf, imageIn, isOfEnvironment } from "./own_build.ts";
import {
  atLeast,
  atMost,
  type ByLibrary,
  count,
  eachLibrary,
  GOALS,
  megabytes,
  pairs,
  type Part,
  type PartContext,
  ratio,
  seconds,
  table,
} from "./part.ts";
import { type PeerName, PEERS, warmPageCache } from "./peers.ts";

interface ColdRow {
  readonly name: string;
  readonly version: string;
  readonly run: Measured;
  /** Of what the environment was packed into. */
  readonly bytes: number;
  readonly layers?: number;
}

interface ColdResult {
  readonly files: number;
  readonly bytes: number;
  /** By what the contestants are called here. */
  readonly rows: Readonly<Record<string, ColdRow>>;
  readonly missing: readonly string[];
}

/** Our own ways, by what they are called here: their arguments. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  default: [],
  "--max-layers 1": ["--max-layers", "1"],
};
const OTHER_PACKINGS: Readonly<Record<string, readonly string[]>> = {
  "--compression gzip:6": ["--compression", "gzip:6"],
  "--compression zstd": ["--compression", "zstd"],
};

/** Each library into an image, from nothing, beside what others take for its files. */
export const coldPart: Part<ByLibrary<ColdResult>> = {
  name: "cold",

  async run(context) {
    return await eachLibrary(context, (library) => measure(library, context));
  },

  render(result) {
    return [
      "Each library into an OCI layout onto Debian, nothing in the cache but what is known of " +
      "Debian, beside the same files " +
      "packed by others. All in turns, and what they read is in memory; medians. The ratio is to " +
      "our default, the size that of what the environment was packed into.",
      ...pairs(result).flatMap(([name, found]) => renderLibrary(name, found)),
      table(GOALS, pairs(result).flatMap(([name, found]) => goalsOf(name, found))),
    ].join("\n\n");
  },
};

interface Contestant {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  run(): Promise<{ measured: Measured; bytes: number; layers?: number }>;
}

async function measure(library: BenchLibrary, context: PartContext): Promise<ColdResult> {
  const { rounds, say } = context;
  const { contestants, missing } = await contestantsFor(library, context);
  const runs = new Map<string, Awaited<ReturnType<Contestant["run"]>>[]>();
  for (let round = 1; round <= rounds; round++) {
    for (const { key, name, run } of contestants) {
      say(`cold, ${library.name}, round ${round} of ${rounds}: ${name}`);
      // All of them read from memory, and wait for no writes of those before them.
      await warmPageCache(library.hololib);
      await warmPageCache(library.environment);
      runs.set(key, [...runs.get(key) ?? [], await run()]);
    }
  }
  await remove(LAYOUT, CACHE);
  const { files, bytes } = library;
  const rows = contestants.map(({ key, name, version }) => {
    const [first] = runs.get(key)!;
    const run = medianRun(runs.get(key)!.map(({ measured }) => measured));
    return [key, { ...first!, name, version, run }] as const;
  });
  return { files, bytes, rows: Object.fromEntries(rows), missing };
}

async function contestantsFor(library: BenchLibrary, context: PartContext) {
  const contestants: Contestant[] = [];
  const missing: string[] = [];
  const ways = { ...OWN, ...(library.name === "medium" ? OTHER_PACKINGS : {}) };
  for (const [key, args] of Object.entries(ways)) {
    contestants.push(own(key, { args, library, context }));
  }
  for (const key of context.peers) {
    if (key === "docker" && library.name === "huge") continue; // For minutes.
    const peer = PEERS[key];
    const version = await peer.version();
    if (version === undefined) missing.push(peer.name);
    else contestants.push({ key, name: peer.name, version, run: () => peer.run(library) });
  }
  return { contestants, missing };
}

function own(
  key: string,
  { args, library, context: { program } }: {
    readonly args: readonly string[];
    readonly library: BenchLibrary;
    readonly context: PartContext;
  },
): Contestant {
  return {
    key,
    name: `rcc-oci, ${args.length === 0 ? key : `\`${key}\``}`,
    version: `Deno ${Deno.version.deno}`,
    async run() {
      await remove(LAYOUT, CACHE);
      await program.learnBase();
      const measured = await program.build(library, { args: ["--oci-layout", LAYOUT, ...args] });
      const layers = (await imageIn(LAYOUT)).layers.filter(isOfEnvironment);
      return { measured, bytes: bytesOf(layers), layers: layers.length };
    },
  };
}

function renderLibrary(name: LibraryName, found: ColdResult): readonly string[] {
  const { files, bytes, rows, missing } = found;
  const best = rows["default"]!.run;
  return [
    `### ${name}: ${count(files)} files, ${megabytes(bytes)}`,
    table(
      ["what", "time", "ratio", "processor", "peak memory", "size", "layers", "version"],
      Object.values(rows).map(({ name, run, bytes, layers, version }) => [
        name,
        seconds(run.seconds),
        ratio(run.seconds / best.seconds),
        seconds(run.cpuSeconds),
        megabytes(run.peakBytes),
        megabytes(bytes),
        layers === undefined ? "" : String(layers),
        version,
      ]),
    ),
    ...(missing.length === 0 ? [] : [`Not installed: ${missing.join(", ")}.`]),
  ];
}

/** How many times as fast as others, the most memory, and the most time of one layer. */
const ASKED: Readonly<
  Record<LibraryName, {
    readonly times: readonly (readonly [PeerName, number])[];
    readonly memory?: number;
    readonly oneLayer?: number;
  }>
> = {
  medium: { times: [["umoci", 2], ["docker", 6]] },
  large: { times: [["umoci", 2.2], ["pigz", 1.8]], memory: 300e6, oneLayer: 10 },
  huge: { times: [["umoci", 2], ["pigz", 2.6]], memory: 400e6 },
};
const MOST_ABOVE_ONE_LAYER = 1.03;

function goalsOf(name: LibraryName, { rows }: ColdResult): readonly (readonly string[])[] {
  const { times, memory, oneLayer } = ASKED[name];
  const ours = rows["default"]!;
  const one = rows["--max-layers 1"]!;
  return [
    ...times.map(([key, limit]) =>
      atLeast(`${name}: times as fast as ${PEERS[key].name}`, {
        found: rows[key] === undefined ? undefined : rows[key].run.seconds / ours.run.seconds,
        limit,
      })
    ),
    ...(oneLayer === undefined ? [] : [
      atMost(`${name}: \`--max-layers 1\``, {
        found: one.run.seconds,
        limit: oneLayer,
        format: seconds,
      }),
    ]),
    ...(memory === undefined ? [] : [
      atMost(`${name}: peak memory`, {
        found: ours.run.peakBytes,
        limit: memory,
        format: megabytes,
      }),
    ]),
    atMost(`${name}: size, of that of one layer`, {
      found: ours.bytes / one.bytes,
      limit: MOST_ABOVE_ONE_LAYER,
      format: (value) => `${(100 * value).toFixed(1)} %`,
    }),
  ];
}
