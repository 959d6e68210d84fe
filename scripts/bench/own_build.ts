/** Our own program as it is shipped: one file, run by Deno. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { standinRcc } from "../../tests/support/standin.ts";
import { bundleProgram } from "../ship/bundle_program.ts";
import { BENCH_FOLDER, type Sample } from "./libraries.ts";
import { type Measured, runMeasured } from "./measured.ts";

/** Options of {@linkcode OwnProgram.build}. */
export interface OwnBuildOptions {
  readonly sample: Sample;
  /** The output and others, such as `["--oci-layout", "dir"]`. */
  readonly args: readonly string[];
  /** Whether the cache stays as the last build left it. */
  readonly isWarm?: boolean;
  readonly tag?: string;
}

export class OwnProgram {
  readonly #file: string;
  readonly #rcc: string;

  private constructor(file: string, rcc: string) {
    this.#file = file;
    this.#rcc = rcc;
  }

  static async bundle(): Promise<OwnProgram> {
    const { path } = await bundleProgram({ to: join(BENCH_FOLDER, "program") });
    return new OwnProgram(path, await standinRcc());
  }

  /** The command that runs it. */
  command(...args: readonly string[]): readonly string[] {
    return [Deno.execPath(), "run", "--allow-all", "--no-config", this.#file, ...args];
  }

  async build(
    { sample, args, isWarm = false, tag = "bench:1" }: OwnBuildOptions,
  ): Promise<Measured> {
    const cache = join(BENCH_FOLDER, "cache");
    if (!isWarm) await rm(cache, { recursive: true, force: true });
    const command = this.command(
      ...["build", "--robot", sample.robot, "--hololib", sample.hololib],
      ...["--base-image", "scratch", "--rcc-exec", this.#rcc, "--quiet", "--tag", tag],
      ...args,
    );
    return await runMeasured(command, {
      env: { RCC_OCI_CACHE: cache, SOURCE_DATE_EPOCH: "1700000000" },
    });
  }
}

/** An image's layers in a layout: their digests, least changing first, and their size in all. */
export async function imageIn(
  layout: string,
): Promise<{ readonly layers: readonly string[]; readonly layerBytes: number }> {
  const read = async (path: string) => JSON.parse(await readFile(join(layout, path), "utf8"));
  const { digest } = (await read("index.json")).manifests.at(-1);
  const manifest = await read(join("blobs", digest.replace(":", "/")));
  const layers: readonly { digest: string; size: number }[] = manifest.layers;
  return {
    layers: layers.map(({ digest }) => digest),
    layerBytes: layers.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Another byte in the robot's code. */
export async function changeRobot({ robot }: Sample): Promise<void> {
  await writeFile(join(robot, "changed.py"), `now = ${Date.now()}\n`);
}
