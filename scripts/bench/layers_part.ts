import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { docker, type Engine, podman } from "../../tests/support/engines.ts";
import { hasTool } from "../../tests/support/tools.ts";
import { BENCH_FOLDER, CACHE, remove } from "./folder.ts";
import type { BenchLibrary } from "./libraries.ts";
import {
  type ByLibrary,
  eachLibrary,
  pairs,
  type Part,
  type PartContext,
  ratio,
  seconds,
  table,
  verdict,
  withoutHuge,
} from "./part.ts";

/** From `run` to the end of the container, in seconds, by the arguments that the image was built with. */
type StartTimes = Readonly<Record<string, number>>;

/** By engines. */
type LayersResult = Readonly<Record<string, StartTimes>>;

const ONE = "--max-layers 1";
const MANY = "--max-layers 25";
const DEFAULT = "default";
const MOST_ABOVE_ONE = 1.1;
/** Containers of each image in a round. */
const RUNS_A_ROUND = 3;
const ARCHIVES = join(BENCH_FOLDER, "archives");

/** What more layers cost where a container starts. */
export const layersPart: Part<ByLibrary<LayersResult>> = {
  name: "layers",

  async run(context) {
    const found = await eachLibrary(withoutHuge(context), async (library) => {
      const engines = [docker, podman].filter(({ needs }) => needs.every(hasTool));
      const archives = await buildImages(library, context);
      const times: Record<string, StartTimes> = {};
      for (const engine of engines) {
        context.say(`start, ${library.name}, ${engine.name}`);
        times[engine.name] = await timeStarts(archives, engine, context);
      }
      return times;
    });
    await remove(CACHE, ARCHIVES);
    return found;
  },

  render(result) {
    const rows = pairs(result).flatMap(([name, engines]) =>
      Object.entries(engines).map(([engine, times]) => {
        const [one, many] = [times[ONE]!, times[MANY]!];
        return [
          name,
          engine,
          seconds(one),
          seconds(many),
          seconds(times[DEFAULT]!),
          ratio(many / one),
          verdict(many / one <= MOST_ABOVE_ONE),
        ];
      })
    );
    return [
      "A container's life, from `run --rm` to the end of a Python that prints one word, by the " +
      "layers of the environment; with the stand-in for rcc, which looks at every file as rcc " +
      "does; podman with its overlay driver. Medians, in turns; at most 10 % more was asked for.",
      table(
        ["library", "engine", `\`${ONE}\``, `\`${MANY}\``, "default", "25 to 1", ""],
        rows,
      ),
    ].join("\n\n");
  },
};

/** The archives by the arguments that they were built with. */
async function buildImages(
  library: BenchLibrary,
  { program }: PartContext,
): Promise<ReadonlyMap<string, string>> {
  await remove(CACHE, ARCHIVES);
  await mkdir(ARCHIVES, { recursive: true });
  const archives = new Map<string, string>();
  for (const key of [ONE, MANY, DEFAULT]) {
    const name = `${library.name}-${archives.size}`;
    const archive = join(ARCHIVES, `${name}.tar`);
    const args = ["--save", archive, ...(key === DEFAULT ? [] : key.split(" "))];
    await program.build(library, { args, tag: `bench/${name}:1` });
    archives.set(key, archive);
  }
  return archives;
}

async function timeStarts(
  archives: ReadonlyMap<string, string>,
  engine: Engine,
  { rounds }: PartContext,
): Promise<StartTimes> {
  const images = new Map<string, string>();
  for (const [key, archive] of archives) images.set(key, (await engine.load(archive))[0]!);
  const times = new Map([...images.keys()].map((key) => [key, [] as number[]]));
  for (let run = 0; run <= RUNS_A_ROUND * rounds; run++) {
    for (const [key, reference] of images) {
      const taken = await timeRun(reference, engine);
      if (run > 0) times.get(key)!.push(taken); // The first one reads from the disk.
    }
  }
  for (const reference of images.values()) await engine.command(["rmi", reference]);
  return Object.fromEntries([...times].map(([key, taken]) => [key, median(taken)]));
}

async function timeRun(reference: string, engine: Engine): Promise<number> {
  const before = performance.now();
  const { code, stdout, stderr } = await engine.run(reference);
  const taken = (performance.now() - before) / 1000;
  if (code !== 0 || !stdout.includes("begun")) {
    throw new Error(`${reference} in ${engine.name}: ${stdout}\n${stderr}`);
  }
  return taken;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
