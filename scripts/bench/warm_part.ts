import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { startDockerRegistry } from "../../tests/support/docker_registry.ts";
import { hasTool } from "../../tests/support/tools.ts";
import { BENCH_FOLDER, sample } from "./libraries.ts";
import { type Measured, medianRun } from "./measured.ts";
import { changeRobot } from "./own_build.ts";
import { megabytes, type Part, seconds, table, verdict } from "./part.ts";
import { warmPageCache } from "./peers.ts";

interface WarmResult {
  readonly layout: Measured;
  readonly archive: Measured;
  /** Seconds that a plain copy of the archive takes, synced. */
  readonly copy: number;
  readonly push?: Measured;
}

const LAYOUT = join(BENCH_FOLDER, "layout");
const ARCHIVE = join(BENCH_FOLDER, "image.tar");

/** The environment is in the cache: what most builds are. */
export const warmPart: Part<WarmResult> = {
  name: "warm",

  async run({ program, rounds, say }) {
    const medium = await sample("medium");
    const build = (args: readonly string[], options: { readonly tag?: string } = {}) =>
      program.build({ sample: medium, args, isWarm: true, ...options });
    const remove = () => rm(LAYOUT, { recursive: true, force: true });
    await remove();
    await program.build({ sample: medium, args: ["--oci-layout", LAYOUT] });
    const layout: Measured[] = [];
    const archive: Measured[] = [];
    const copy: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      say(`warm, round ${round} of ${rounds}`);
      await remove();
      await warmPageCache(join(BENCH_FOLDER, "cache"));
      layout.push(await build(["--oci-layout", LAYOUT]));
      await rm(ARCHIVE, { force: true });
      await warmPageCache(join(BENCH_FOLDER, "cache"));
      archive.push(await build(["--save", ARCHIVE]));
      copy.push(await timeCopy());
    }
    const push: Measured[] = [];
    if (hasTool("docker-registry")) {
      await using registry = await startDockerRegistry();
      const pushing = () => build(["--push"], { tag: `${registry.host}/bench:1` });
      await pushing();
      for (let round = 1; round <= rounds; round++) {
        say(`robot changed and pushed, round ${round} of ${rounds}`);
        await changeRobot(medium);
        push.push(await pushing());
      }
    }
    return {
      layout: medianRun(layout),
      archive: medianRun(archive),
      copy: copy.sort((a, b) => a - b)[Math.floor((copy.length - 1) / 2)]!,
      ...(push.length === 0 ? {} : { push: medianRun(push) }),
    };
  },

  render({ layout, archive, copy, push }) {
    const row = (what: string, run: Measured, limit: number) => [
      what,
      seconds(run.seconds),
      seconds(run.cpuSeconds),
      megabytes(run.peakBytes),
      `at most ${seconds(limit)}`,
      verdict(run.seconds <= limit),
    ];
    return [
      "The same with the environment in the cache.",
      table(["what", "time", "processor", "peak memory", "asked for", ""], [
        row("to a layout", layout, 0.6),
        row(`to a tarball; a copy of it takes ${seconds(copy)}`, archive, 0.6 + copy),
        ...(push === undefined
          ? []
          : [row("robot changed, pushed to a registry on this machine", push, 0.8)]),
      ]),
    ].join("\n\n");
  },
};

async function timeCopy(): Promise<number> {
  const started = performance.now();
  await copyFile(ARCHIVE, `${ARCHIVE}.copy`);
  using file = await Deno.open(`${ARCHIVE}.copy`, { read: true, write: true });
  await file.sync();
  const taken = (performance.now() - started) / 1000;
  await rm(`${ARCHIVE}.copy`);
  return taken;
}
