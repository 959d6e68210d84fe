import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { blueprintHash } from "../../src/holotree/blueprint.ts";
import { stagePath, writeHololibZip, writeLibrary } from "./library_writer.ts";
import { runProgram } from "./program.ts";
import { standinRcc } from "./standin.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import type { RunOptions, RunResult } from "./tools.ts";

/** A file by its content, or with its mode, or a symlink. Scripts and ELF files may be executed. */
export type SceneFile =
  | string
  | Uint8Array
  | { readonly content: string | Uint8Array; readonly mode: number }
  | { readonly symlink: string };

/** Files by their paths. */
export type SceneFiles = Readonly<Record<string, SceneFile>>;

/** Options of {@linkcode robotScene}. */
export interface RobotSceneOptions {
  /** The robot's own files, over a robot.yaml with a task that runs `hello`. */
  readonly robot?: SceneFiles;
  /** The robot's folder: `robot` when it is not given. */
  readonly at?: string;
  /** The environment's, which may name the path that it is built at. */
  readonly environment?: (stage: string) => SceneFiles | Promise<SceneFiles>;
  /** `HOME` of whoever built it: `/home/dev` when it is not given. */
  readonly home?: string;
  /** Private when it is not given. */
  readonly mode?: "private" | "shared" | "raw";
  /** The package that the environment consists of: `tinyenv=1.0` when it is not given. */
  readonly dependency?: string;
}

/** A robot, its library, and a cache, which are nobody else's. */
export interface RobotScene extends AsyncDisposable {
  readonly folder: string;
  readonly robot: string;
  /** The library's folder. */
  readonly hololib: string;
  readonly cache: string;
  /** The environment's hash. */
  readonly hash: string;
  /** Makes a hololib.zip of the library. */
  zip(): Promise<string>;
  /** Runs `build` of this robot with this library and the stand-in for rcc. */
  build(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Runs `verify` of an image in the same way. */
  verify(image: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
}

export const ROBOT_YAML = `tasks:
  Hello:
    shell: hello --from robot
artifactsDir: output
condaConfigFile: conda.yaml
`;

/** Needs the tool `cc`. */
export async function robotScene(options: RobotSceneOptions = {}): Promise<RobotScene> {
  const { robot: files = {}, environment = helloEnvironment, home = "/home/dev" } = options;
  const { mode = "private", dependency = "tinyenv=1.0", at = "robot" } = options;
  const blueprint = `channels:\n- conda-forge\ndependencies:\n- ${dependency}`;
  const temporary = await temporaryFolder();
  const folder = temporary.path;
  const [robot, from, hololib, cache] = [at, "environment", "hololib", "cache"]
    .map((name) => join(folder, name)) as [string, string, string, string];
  await writeFiles(robot, { "robot.yaml": ROBOT_YAML, "conda.yaml": `${blueprint}\n`, ...files });
  await writeFiles(from, await environment(stagePath({ home, mode })));
  await writeLibrary({ from, to: hololib, home, blueprint, mode });
  const rcc = await standinRcc();
  const hash = blueprintHash(blueprint);
  const inputs = ["-r", robot, "--hololib", hololib, "--rcc-exec", rcc];
  return {
    folder,
    robot,
    hololib,
    cache,
    hash,
    async zip() {
      const to = join(folder, "hololib.zip");
      await writeHololibZip({ library: hololib, catalog: hash, to });
      return to;
    },
    build: (args, runOptions = {}) =>
      runProgram(["build", ...inputs, ...args], { cache, cwd: folder, ...runOptions }),
    verify: (image, args, runOptions = {}) =>
      runProgram(["verify", image, ...inputs, ...args], { cache, cwd: folder, ...runOptions }),
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

/** A script that names its own place. */
export function helloEnvironment(stage: string): SceneFiles {
  return { "bin/hello": `#!/bin/sh\necho hello from ${stage} "$@"\n` };
}

async function writeFiles(folder: string, files: SceneFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, file] of Object.entries(files)) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    if (typeof file === "object" && "symlink" in file) {
      await symlink(file.symlink, place);
      continue;
    }
    const isPlain = typeof file === "string" || file instanceof Uint8Array;
    const content = isPlain ? file : file.content;
    await writeFile(place, content);
    await chmod(place, isPlain ? modeOf(content) : file.mode);
  }
}

function modeOf(content: string | Uint8Array): number {
  const [first, second] = typeof content === "string"
    ? [content.charCodeAt(0), content.charCodeAt(1)]
    : content;
  const isProgram = (first === 0x23 && second === 0x21) || (first === 0x7f && second === 0x45);
  return isProgram ? 0o755 : 0o644;
}
