import { startDockerRegistry } from "../../tests/support/docker_registry.ts";
import { hasTool } from "../../tests/support/tools.ts";
import { CACHE, copyTo, LAYOUT, remove } from "./folder.ts";
import { type BenchLibrary, changeRobot } from "./libraries.ts";
import type { LibraryName } from "./library_sources.ts";
import { type Measured, medianRun } from "./measured.ts";
import {
  type ByLibrary,
  eachLibrary,
  megabytes,
  pairs,
  type Part,
  type PartContext,
  seconds,
  table,
  verdict,
} from "./part.ts";
import { warmPageCache } from "./peers.ts";

interface WarmResult {
  readonly layout: Measured;
  /** A changed robot to a registry that has the former image. */
  readonly push?: Measured;
}

/** The most time of a build into a layout. */
const ASKED: Readonly<Partial<Record<LibraryName, number>>> = { large: 0.8 };

/** The environment is in the cache: what most builds are. */
export const warmPart: Part<ByLibrary<WarmResult>> = {
  name: "warm",

  async run(context) {
    const found = await eachLibrary(context, (library) => measure(library, context));
    await remove(LAYOUT, CACHE);
    return found;
  },

  render(result) {
    const row = (what: string, run: Measured, limit?: number) => [
      what,
      seconds(run.seconds),
      seconds(run.cpuSeconds),
      megabytes(run.peakBytes),
      ...(limit === undefined
        ? ["", ""]
        : [`at most ${seconds(limit)}`, verdict(run.seconds <= limit)]),
    ];
    return [
      "The same with the environment in the cache; medians.",
      table(
        ["what", "time", "processor", "peak memory", "asked for", ""],
        pairs(result).flatMap(([name, { layout, push }]) => [
          row(`${name}, to a layout`, layout, ASKED[name]),
          ...(push === undefined
            ? []
            : [row(`${name}, robot changed, pushed to a registry on this machine`, push)]),
        ]),
      ),
    ].join("\n\n");
  },
};

async function measure(
  library: BenchLibrary,
  { program, rounds, say }: PartContext,
): Promise<WarmResult> {
  await remove(LAYOUT, CACHE);
  await program.build(library, { args: ["--oci-layout", LAYOUT] });
  const layout: Measured[] = [];
  for (let round = 1; round <= rounds; round++) {
    say(`warm, ${library.name}, round ${round} of ${rounds}`);
    await remove(LAYOUT);
    await warmPageCache(CACHE);
    layout.push(await program.build(library, { args: ["--oci-layout", LAYOUT] }));
  }
  if (!hasTool("docker-registry")) return { layout: medianRun(layout) };
  await using registry = await startDockerRegistry();
  const robot = `${library.folder}/changed-robot`;
  await copyTo(library.robot, robot);
  const build = () =>
    program.build({ ...library, robot }, { args: ["--push"], tag: `${registry.host}/bench:1` });
  await build();
  const push: Measured[] = [];
  for (let round = 1; round <= rounds; round++) {
    say(`robot changed and pushed, ${library.name}, round ${round} of ${rounds}`);
    await changeRobot(robot);
    push.push(await build());
  }
  return { layout: medianRun(layout), push: medianRun(push) };
}
