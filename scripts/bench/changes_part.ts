import { join } from "node:path";
import { formatBytes } from "../../src/bytes/mod.ts";
import { countingRelay } from "../../tests/support/counting_relay.ts";
import { startDockerRegistry } from "../../tests/support/docker_registry.ts";
import { hasTool } from "../../tests/support/tools.ts";
import { type Change, changesOf } from "./changes.ts";
import { BENCH_FOLDER, CACHE, LAYOUT, linkTo, remove } from "./folder.ts";
import type { BenchLibrary } from "./libraries.ts";
import type { LibraryName } from "./library_sources.ts";
import { medianRun } from "./measured.ts";
import {
  type BuildSubject,
  bytesOf,
  imageIn,
  type ImageLayer,
  isOfEnvironment,
  layerKind,
  layerPackages,
} from "./own_build.ts";
import {
  atMost,
  type ByLibrary,
  eachLibrary,
  GOALS,
  pairs,
  type Part,
  type PartContext,
  seconds,
  table,
  withoutHuge,
} from "./part.ts";
import { warmPageCache } from "./peers.ts";

interface ChangeRow {
  readonly what: string;
  readonly isMain: boolean;
  /** Of the build into a layout. */
  readonly seconds: number;
  /** Those that the image before does not have. */
  readonly layers: readonly ImageLayer[];
  /** Through the relay: of the whole push, and its time. */
  readonly pushed?: { readonly seconds: number; readonly bytes: number };
}

/** The cache as it is before a change. */
const KEPT_CACHE = join(BENCH_FOLDER, "cache-before");

/** What a change costs: to pack, and to send to a registry that has the image before. */
export const changesPart: Part<ByLibrary<readonly ChangeRow[]>> = {
  name: "changes",

  async run(context) {
    const found = await eachLibrary(withoutHuge(context), async (library) => {
      const rows: ChangeRow[] = [];
      context.say(`changes, ${library.name}: making the catalogs`);
      let before: ImageBefore | undefined;
      for (const change of await changesOf(library, context.program.rcc)) {
        if (before?.robot !== change.before) {
          before = await buildBefore({ ...library, robot: change.before }, context);
        }
        rows.push(await measure(library, { change, before }, context));
      }
      return rows;
    });
    await remove(LAYOUT, CACHE, KEPT_CACHE);
    return found;
  },

  render(result) {
    return [
      "What a change costs. The cache of the builder has the image before, and so has a " +
      "docker-registry on this machine; a relay counts every byte that is sent to it. A package " +
      "is added, removed, renamed and raised in the files as RCC would record them.",
      ...pairs(result).flatMap(([name, rows]) => renderRows(name, rows)),
      table(GOALS, pairs(result).flatMap(([name, rows]) => goalsOf(name, rows))),
    ].join("\n\n");
  },
};

/** Whose cache is kept. */
interface ImageBefore {
  readonly robot: string;
  /** The digests of its layers. */
  readonly known: ReadonlySet<string>;
}

async function buildBefore(
  subject: BuildSubject,
  { program }: PartContext,
): Promise<ImageBefore> {
  await remove(LAYOUT, CACHE);
  await program.build(subject, { args: ["--oci-layout", LAYOUT] });
  await linkTo(CACHE, KEPT_CACHE);
  const { layers } = await imageIn(LAYOUT);
  return { robot: subject.robot, known: new Set(layers.map(({ digest }) => digest)) };
}

async function measure(
  library: BenchLibrary,
  { change, before: { robot, known } }: { readonly change: Change; readonly before: ImageBefore },
  { program, rounds, say }: PartContext,
): Promise<ChangeRow> {
  const { what, after, isMain = false } = change;
  const rcc = change.rcc === undefined ? {} : { rcc: change.rcc };
  say(`changes, ${library.name}: ${what}`);
  const [first, next] = [{ ...library, robot }, { ...library, robot: after }];
  const runs = [];
  for (let round = 1; round <= (isMain ? rounds : 1); round++) {
    await linkTo(KEPT_CACHE, CACHE);
    await remove(LAYOUT);
    await warmPageCache(CACHE);
    runs.push(await program.build(next, { args: ["--oci-layout", LAYOUT], ...rcc }));
  }
  const layers = (await imageIn(LAYOUT)).layers.filter(({ digest }) => !known.has(digest));
  const found = { what, isMain, seconds: medianRun(runs).seconds, layers };
  if (!hasTool("docker-registry")) return found;
  await linkTo(KEPT_CACHE, CACHE);
  await using registry = await startDockerRegistry();
  let bytes = 0;
  await using relay = await countingRelay(registry.port, (total) => bytes = total);
  const push = { args: ["--push"], tag: `localhost:${relay.port}/bench:1` };
  await program.build(first, push);
  const sentBefore = bytes;
  const { repository } = change;
  const tag = `localhost:${relay.port}/${repository ?? "bench"}:2`;
  const args = [...push.args, ...repository === undefined ? [] : ["--cache-from", push.tag]];
  const pushed = await program.build(next, { args, ...rcc, tag });
  return { ...found, pushed: { seconds: pushed.seconds, bytes: bytes - sentBefore } };
}

function renderRows(name: LibraryName, rows: readonly ChangeRow[]): readonly string[] {
  const head = [
    ...["changed", "to a layout", "new layers", "of them the environment's", "pushed in", "sent"],
  ];
  const main = rows.find(({ isMain }) => isMain);
  return [
    `### A change of the ${name} library`,
    table(
      head,
      rows.map(({ what, seconds: time, layers, pushed }) => {
        const own = layers.filter(isOfEnvironment);
        return [
          what,
          seconds(time),
          `${layers.length}, ${formatBytes(bytesOf(layers))}`,
          `${own.length}, ${formatBytes(bytesOf(own))}`,
          pushed === undefined ? "?" : seconds(pushed.seconds),
          pushed === undefined ? "?" : formatBytes(pushed.bytes),
        ];
      }),
    ),
    ...(main === undefined ? [] : [
      `The new layers of ${main.what}:`,
      table(
        ["layer", "packages", "size"],
        main.layers.map((layer) => [
          layerKind(layer) ?? "robot",
          layerPackages(layer).join(" "),
          formatBytes(layer.size),
        ]),
      ),
    ]),
  ];
}

/** Of a raised package: the time to a layout, and the bytes of the records. */
const ASKED: Readonly<
  Partial<Record<LibraryName, { readonly seconds: number; readonly records: number }>>
> = {
  medium: { seconds: 0.7, records: 3e6 },
  large: { seconds: 1.2, records: 12e6 },
};
const MOST_OF_BUCKET = 3e6;
/** Manifest, config and the requests themselves. */
const MOST_OF_REQUESTS = 100e3;

function goalsOf(
  name: LibraryName,
  rows: readonly ChangeRow[],
): readonly (readonly string[])[] {
  const asked = ASKED[name];
  const main = rows.find(({ isMain }) => isMain);
  const sizeOf = (kinds: readonly string[]) =>
    main === undefined
      ? undefined
      : bytesOf(main.layers.filter((layer) => kinds.includes(layerKind(layer) ?? "")));
  const bucket = sizeOf(["packages", "package"]);
  const format = formatBytes;
  return [
    ...(asked === undefined ? [] : [
      atMost(`${name}: a raised package, to a layout`, {
        found: main?.seconds,
        limit: asked.seconds,
        format: seconds,
      }),
      atMost(`${name}: a raised package, the records`, {
        found: sizeOf(["records"]),
        limit: asked.records,
        format,
      }),
      atMost(`${name}: a raised package, its bucket`, {
        found: bucket,
        limit: MOST_OF_BUCKET,
        format,
      }),
    ]),
    // Nothing is sent but what is new: of another robot, nothing of the environment.
    ...rows.filter(({ pushed }) => pushed !== undefined).map(({ what, layers, pushed }) =>
      atMost(`${name}: ${what}, sent above the new layers`, {
        found: Math.max(0, pushed!.bytes - bytesOf(layers)),
        limit: MOST_OF_REQUESTS,
        format,
      })
    ),
  ];
}
