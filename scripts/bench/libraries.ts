/** The libraries that are packed: made once, of the same bytes everywhere, kept in `.cache/bench`. */
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stagePath, writeLibrary } from "../../tests/support/library_writer.ts";
import { makeSampleEnvironment, type SampleSize } from "./sample_environment.ts";

/** The folder of everything that the benchmark keeps. */
export const BENCH_FOLDER = new URL("../../.cache/bench/", import.meta.url).pathname;

/** The sizes: three of the same shape, one of few large files, and one of many small ones. */
export const SAMPLE_SIZES = {
  small: { bytes: 0.1e9, files: 1_300 },
  medium: { bytes: 1.31e9, files: 17_500 },
  large: { bytes: 6e9, files: 80_000 },
  few: { bytes: 2e9, files: 3_500 },
  many: { bytes: 0.6e9, files: 200_000 },
} as const satisfies Record<string, SampleSize>;

export type SampleName = keyof typeof SAMPLE_SIZES;

/** A robot with its environment, restored and in a library. */
export interface Sample {
  readonly name: SampleName;
  readonly size: SampleSize;
  readonly folder: string;
  readonly environment: string;
  readonly hololib: string;
  readonly robot: string;
}

const HOME = "/home/builder";
const CONDA = "channels:\n- conda-forge\ndependencies:\n- sample=1.0\n";
const ROBOT =
  "tasks:\n  Sample:\n    shell: /usr/local/bin/rcc version\ncondaConfigFile: conda.yaml\nartifactsDir: output\n";

/** The sample, made when it is not there. */
export async function sample(name: SampleName): Promise<Sample> {
  const size = SAMPLE_SIZES[name];
  const folder = join(BENCH_FOLDER, name);
  const made: Sample = {
    name,
    size,
    folder,
    environment: join(folder, "environment"),
    hololib: join(folder, "hololib"),
    robot: join(folder, "robot"),
  };
  if (await stat(folder).then(() => true, () => false)) return made;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const environment = join(unfinished, "environment");
  const stage = stagePath({ home: HOME, mode: "private" });
  await mkdir(environment, { recursive: true });
  await makeSampleEnvironment(environment, { ...size, stagePath: stage });
  await writeLibrary({
    from: environment,
    to: join(unfinished, "hololib"),
    home: HOME,
    blueprint: CONDA,
    mode: "private",
  });
  await mkdir(join(unfinished, "robot"));
  await writeFile(join(unfinished, "robot", "conda.yaml"), CONDA);
  await writeFile(join(unfinished, "robot", "robot.yaml"), ROBOT);
  await rename(unfinished, folder);
  return made;
}
