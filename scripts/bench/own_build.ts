/** Our own program as it is shipped: one file, run by Deno. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { debianBase } from "../../tests/support/bases.ts";
import { standinRcc } from "../../tests/support/standin.ts";
import { bundleProgram } from "../ship/bundle_program.ts";
import { V8_FLAGS } from "../ship/runtime_options.ts";
import { BENCH_FOLDER, CACHE, remove } from "./folder.ts";
import { type Measured, runMeasured } from "./measured.ts";

/** What is built: a robot, the library of its environment, and where that will be in the image. */
export interface BuildSubject {
  readonly robot: string;
  /** A folder, or a hololib.zip. */
  readonly hololib: string;
  readonly space?: string;
}

/** Options of {@linkcode OwnProgram.build}. */
export interface OwnBuildOptions {
  /** The output and others, such as `["--oci-layout", "dir"]`. */
  readonly args: readonly string[];
  readonly tag?: string;
  /** A layout, in the place of Debian's. */
  readonly base?: string;
  /** Another than the tests' stand-in. */
  readonly rcc?: string;
  readonly env?: Readonly<Record<string, string>>;
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

  get rcc(): string {
    return this.#rcc;
  }

  /** The command that runs it. */
  command(...args: readonly string[]): readonly string[] {
    return [Deno.execPath(), "run", "--allow-all", "--no-config", V8_FLAGS, this.#file, ...args];
  }

  /** Arguments of a build. Its cache is as the last one left it. */
  async buildArguments(
    { robot, hololib, space }: BuildSubject,
    { args, tag = "bench:1", base, rcc = this.#rcc }: OwnBuildOptions,
  ): Promise<readonly string[]> {
    return [
      ...["build", "--robot", robot, "--hololib", hololib, "--rcc-exec", rcc],
      ...["--base-image", `oci:${base ?? await debianBase()}`, "--quiet", "--tag", tag],
      // An environment may have been recorded where its libraries were found by luck.
      ...(space === undefined ? [] : ["--env", `LD_LIBRARY_PATH=${space}/lib`]),
      ...args,
    ];
  }

  /** Has the cache know what the base has, and nothing else: as after any other build onto it. */
  async learnBase(): Promise<void> {
    const robot = join(BENCH_FOLDER, "shell-robot");
    await mkdir(robot, { recursive: true });
    await writeFile(
      join(robot, "robot.yaml"),
      "tasks:\n  one:\n    shell: ls\nartifactsDir: output\n",
    );
    const layout = join(BENCH_FOLDER, "base-layout");
    await this.build({ robot, hololib: robot }, { args: ["--oci-layout", layout] });
    await remove(layout);
  }

  async build(subject: BuildSubject, options: OwnBuildOptions): Promise<Measured> {
    const command = this.command(...await this.buildArguments(subject, options));
    return await runMeasured(command, { env: { ...BUILD_ENV, ...options.env } });
  }
}

export const BUILD_ENV: Readonly<Record<string, string>> = {
  RCC_OCI_CACHE: CACHE,
  SOURCE_DATE_EPOCH: "1700000000",
  // The robots lie in this project's work tree, whose commit is not theirs.
  GIT_CEILING_DIRECTORIES: BENCH_FOLDER,
};

/** A layer of a manifest. */
export interface ImageLayer {
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The image that a layout got last. */
export async function imageIn(
  layout: string,
): Promise<{ readonly digest: string; readonly layers: readonly ImageLayer[] }> {
  const read = async (path: string) => JSON.parse(await readFile(join(layout, path), "utf8"));
  const { digest } = (await read("index.json")).manifests.at(-1);
  return { digest, layers: (await read(join("blobs", digest.replace(":", "/")))).layers };
}

/** What a layer of ours has in it; nothing of the base's, and of the robot's. */
export function layerKind({ annotations = {} }: ImageLayer): string | undefined {
  return annotations["dev.rcc-oci.layer.kind"];
}

/** The packages whose files are in a layer. */
export function layerPackages({ annotations = {} }: ImageLayer): readonly string[] {
  return annotations["dev.rcc-oci.layer.packages"]?.split(" ") ?? [];
}

export function isOfEnvironment(layer: ImageLayer): boolean {
  return !["runtime", undefined].includes(layerKind(layer));
}

export function bytesOf(layers: readonly ImageLayer[]): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}
