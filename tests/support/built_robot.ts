import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fixturePath } from "./fixtures.ts";
import { runProgram, type StartOptions, startProgram } from "./program.ts";
import { standinRcc } from "./standin.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import type { RunResult } from "./tools.ts";

/** A robot of the tiny environment that tests may change, and a cache that is theirs alone. */
export interface BuiltRobot extends AsyncDisposable {
  readonly folder: string;
  readonly robot: string;
  readonly cache: string;
  /** Runs `build` at a fixed time, with no credentials but those of `env`. */
  build(args: readonly string[], options?: BuildOptions): Promise<RunResult>;
  /** Runs `verify` of an image with what `build` is run with, but at no fixed time. */
  verify(image: string, args?: readonly string[]): Promise<RunResult>;
  /** Starts the same, to be watched, or ended in the middle. */
  start(args: readonly string[], options?: Pick<StartOptions, "stdout">): Deno.ChildProcess;
}

export interface BuildOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** In place of the robot's own. */
  readonly cache?: string;
}

/** Needs the tool `cc`. */
export async function builtRobot(): Promise<BuiltRobot> {
  const temporary = await temporaryFolder();
  const folder = temporary.path;
  const robot = join(folder, "robot");
  const cache = join(folder, "cache");
  await cp(fixturePath("tiny", "robot"), robot, { recursive: true });
  const rcc = await standinRcc();
  const inputs = [
    ...["-r", robot, "--hololib", fixturePath("tiny", "hololib.zip")],
    ...["--rcc-exec", rcc, "--task", "Hello"],
  ];
  const commonArgs = ["build", ...inputs];
  const commonEnv = { ...noCredentials(folder), SOURCE_DATE_EPOCH: "1700000000" };
  return {
    folder,
    robot,
    cache,
    build: (args, { env = {}, ...options } = {}) =>
      runProgram([...commonArgs, ...args], {
        cache,
        cwd: folder,
        env: { ...commonEnv, ...env },
        ...options,
      }),
    verify: (image, args = []) =>
      runProgram(["verify", image, ...inputs, ...args], {
        cache,
        cwd: folder,
        env: noCredentials(folder),
      }),
    start: (args, options = {}) =>
      startProgram([...commonArgs, ...args], { cache, cwd: folder, env: commonEnv, ...options }),
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

/** Nothing of the person who runs the tests. */
function noCredentials(folder: string): Readonly<Record<string, string>> {
  return { DOCKER_CONFIG: folder, XDG_CONFIG_HOME: folder, XDG_RUNTIME_DIR: folder };
}
