/**
 * Libraries of generated files, for what no real one shows: very few large files and very many small
 * ones. Made once, of the same bytes everywhere, kept in `.cache/bench`.
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stagePath, writeLibrary } from "../../tests/support/library_writer.ts";
import { BENCH_FOLDER, exists } from "./folder.ts";
import { makeSampleEnvironment, type SampleSize } from "./sample_environment.ts";

/** One of few large files, and one of many small ones. */
export const SAMPLE_SIZES = {
  few: { bytes: 2e9, files: 3_500 },
  many: { bytes: 0.6e9, files: 200_000 },
} as const satisfies Record<string, SampleSize>;

export type SampleName = keyof typeof SAMPLE_SIZES;

/** A robot with its environment in a library. */
export interface Sample {
  readonly hololib: string;
  readonly robot: string;
}

const HOME = "/home/builder";
const CONDA = "channels:\n- conda-forge\ndependencies:\n- sample=1.0\n";
const ROBOT =
  "tasks:\n  Sample:\n    shell: /usr/local/bin/rcc version\ncondaConfigFile: conda.yaml\nartifactsDir: output\n";

/** The sample, made when it is not there. */
export async function sample(name: SampleName): Promise<Sample> {
  const folder = join(BENCH_FOLDER, name);
  const made: Sample = { hololib: join(folder, "hololib"), robot: join(folder, "robot") };
  if (await exists(folder)) return made;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const environment = join(unfinished, "environment");
  const stage = stagePath({ home: HOME, mode: "private" });
  await mkdir(environment, { recursive: true });
  await makeSampleEnvironment(environment, { ...SAMPLE_SIZES[name], stagePath: stage });
  await writeLibrary({
    from: environment,
    to: join(unfinished, "hololib"),
    home: HOME,
    blueprint: CONDA,
    mode: "private",
  });
  await rm(environment, { recursive: true });
  await mkdir(join(unfinished, "robot"));
  await writeFile(join(unfinished, "robot", "conda.yaml"), CONDA);
  await writeFile(join(unfinished, "robot", "robot.yaml"), ROBOT);
  await rename(unfinished, folder);
  return made;
}
