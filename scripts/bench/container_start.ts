// deno-lint-ignore-file no-console
/**
 * How long a robot's container takes above an empty container, and what an image has besides the
 * environment: written into docs/performance.md. Needs podman or docker, apt, gcc and mmdebstrap,
 * as root; Linux only.
 *
 *     deno run -A scripts/bench/container_start.ts [rounds]
 */
import { availableParallelism, loadavg } from "node:os";
import process from "node:process";
import { docker, type Engine, podman } from "../../tests/support/engines.ts";
import { temporaryFolder } from "../../tests/support/temporary_folder.ts";
import { hasTool } from "../../tests/support/tools.ts";
import { type FixtureImage, fixtureImage, fixtures, type Sizes } from "./container_images.ts";
import { megabytes, seconds, table, verdict } from "./part.ts";
import { replaceSection } from "./section.ts";

const MARKERS = { begin: "<!-- containers:begin -->", end: "<!-- containers:end -->" };
/** Containers of these are run; the others differ from the first in how the library is kept. */
const TIMED: ReadonlySet<string> = new Set(["tiny", "python"]);
const MOST_BESIDES = 100e6;

/** What a container does: nothing, what the robot does but without rcc, and the robot. */
const RUNS = ["empty", "task", "robot"] as const;
type Run = typeof RUNS[number];

interface Timed {
  readonly image: FixtureImage;
  readonly engine: Engine;
  /** The shortest of each, in seconds: what disturbs a machine makes all longer. */
  readonly seconds: Readonly<Record<Run, number>>;
}

if (import.meta.main) {
  const rounds = Number(process.argv[2] ?? 9);
  const load = loadavg()[0]!;
  await using folder = await temporaryFolder();
  const images = await buildImages(folder.path);
  const engines = [podman, docker].filter(({ needs }) => needs.every(hasTool));
  const timed: Timed[] = [];
  for (const engine of engines) {
    for (const image of images.filter(({ fixture }) => TIMED.has(fixture))) {
      timed.push({ image, engine, seconds: await timeContainers(image, { engine, rounds }) });
    }
  }
  const text = [
    "## Starting a container",
    "",
    renderStarts(timed, rounds),
    "",
    "## What an image has besides the environment",
    "",
    renderSizes(images),
    "",
    `(${new Date().toISOString().slice(0, 10)}, load ${load.toFixed(1)} on ` +
    `${availableParallelism()} processors; \`deno run -A scripts/bench/container_start.ts\`)`,
  ].join("\n");
  console.log(text);
  await replaceSection(new URL("../../docs/performance.md", import.meta.url), text, MARKERS);
}

async function buildImages(folder: string): Promise<readonly FixtureImage[]> {
  const images: FixtureImage[] = [];
  for (const made of await fixtures()) {
    await using fixture = made;
    for (const sealed of [false, true]) {
      images.push(await fixtureImage(fixture, { folder, sealed }));
    }
  }
  return images;
}

/** In turns, so that what disturbs the machine disturbs all of them. The first round is not counted. */
async function timeContainers(
  image: FixtureImage,
  { engine, rounds }: { readonly engine: Engine; readonly rounds: number },
): Promise<Readonly<Record<Run, number>>> {
  await engine.load(image.archive);
  const times: Record<Run, number[]> = { empty: [], task: [], robot: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const run of RUNS) {
      const time = await timeRun(run, image, engine);
      if (round > 0) times[run].push(time);
    }
  }
  return {
    empty: Math.min(...times.empty),
    task: Math.min(...times.task),
    robot: Math.min(...times.robot),
  };
}

async function timeRun(run: Run, image: FixtureImage, engine: Engine): Promise<number> {
  const shell = run === "empty" ? "exit" : taskOf(image);
  const options = run === "robot" ? {} : { entrypoint: "/bin/sh", args: ["-c", shell] };
  const before = performance.now();
  const { code, stderr } = await engine.run(image.reference, options);
  const time = (performance.now() - before) / 1000;
  if (code !== 0) throw new Error(`${image.reference} in ${engine.name}: ${stderr}`);
  return time;
}

/** The commands of the robot's own task, in the variables that matter for how long they take. */
function taskOf({ fixture, space }: FixtureImage): string {
  const commands = fixture === "python"
    ? `python -c "open('output/prerun.txt','w').write('prerun ok')" && python task.py`
    : "hello --from robot";
  return `export PATH=${space}/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONPYCACHEPREFIX=/tmp/none; ` +
    commands;
}

function renderStarts(timed: readonly Timed[], rounds: number): string {
  const rows = timed.map(({ image, engine, seconds: { empty, task, robot } }) => [
    image.fixture,
    image.sealed ? "sealed" : "normal",
    engine.name,
    seconds(empty),
    seconds(robot - empty),
    seconds(robot - task),
  ]);
  return `From \`run --rm\` to its end; the empty container runs \`exit\` in the same image. The last ` +
    `column is what remains above the task's own commands run without rcc; here a stand-in that ` +
    `does rcc's work on files, so RCC's own start comes on top. The shortest of ${rounds} runs ` +
    `each, in turns: a few hundredths of a second are noise.\n\n` +
    table(
      ["environment", "image", "engine", "empty container", "the robot, above it", "of that, rcc"],
      rows,
    );
}

function renderSizes(images: readonly FixtureImage[]): string {
  const cells = ({ image, environment, base }: Sizes) => {
    const rest = image - environment;
    return [
      `${megabytes(image)} − ${megabytes(environment)} = ${megabytes(rest)}`,
      megabytes(base),
      verdict(rest < MOST_BESIDES),
    ];
  };
  const head = ["environment", "image", "packed", "of it, the base", ""];
  return `The image less the environment, on the tests' Debian 12 (minbase, made by mmdebstrap) ` +
    `with the stand-in for rcc, which is smaller than RCC. Packed: less the environment's layer. ` +
    `Unpacked: less the files that the catalog names, so that the library beside them counts. ` +
    `Asked for: less than ${megabytes(MOST_BESIDES)}.\n\n` +
    table(
      [...head, "unpacked", "of it, the base", ""],
      images.map(({ fixture, sealed, packed, unpacked }) => [
        fixture,
        sealed ? "sealed" : "normal",
        ...cells(packed),
        ...cells(unpacked),
      ]),
    );
}
