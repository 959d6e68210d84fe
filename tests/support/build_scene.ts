import { randomFillSync } from "node:crypto";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { busyboxBase } from "./bases.ts";
import { fixturePath } from "./fixtures.ts";
import { temporaryFolder } from "./temporary_folder.ts";

/** A build that takes a while, its outputs, and a cache of its own. */
export interface BuildScene extends AsyncDisposable {
  readonly folder: string;
  readonly cache: string;
  readonly layout: string;
  readonly archive: string;
  /** Everything of `build` but the name of the image and where it goes. */
  readonly args: readonly string[];
  /** Starts the program; it runs until it ends or is ended. */
  start(args: readonly string[], options?: StartOptions): RunningBuild;
}

/** Options of {@linkcode BuildScene.start}. */
export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: "null" | "piped";
}

/** A program that was started. */
export interface RunningBuild {
  readonly child: Deno.ChildProcess;
  /** How it ended, all that it wrote read. */
  readonly ended: Promise<EndedBuild>;
}

export interface EndedBuild {
  /** 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  /** The lines of stderr that are neither warnings nor progress. */
  readonly errors: readonly string[];
}

/** Options of {@linkcode buildScene}. */
export interface BuildSceneOptions {
  /** Bytes of the robot that cannot be packed smaller: they decide how long a build takes. */
  readonly size?: number;
}

/** Same bytes for the same robot: what a second build leaves is what the first would have left. */
const EPOCH = "1700000000";
const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Needs `apt`. */
export async function buildScene(
  { size = 1024 * 1024 }: BuildSceneOptions = {},
): Promise<BuildScene> {
  const { path: folder, [Symbol.asyncDispose]: dispose } = await temporaryFolder();
  const robot = join(folder, "robot");
  const cache = join(folder, "cache");
  await cp(fixturePath("tiny", "robot"), robot, { recursive: true });
  await writeFile(join(robot, ".gitignore"), "");
  await writeFile(join(robot, "random"), randomFillSync(new Uint8Array(size)));
  await writeFile(join(folder, "rcc"), standInElf("not rcc\n"), { mode: 0o755 });
  await mkdir(join(folder, "out"));
  return {
    folder,
    cache,
    layout: join(folder, "out", "layout"),
    archive: join(folder, "out", "image.tar"),
    args: [
      ...["build", "-r", robot, "--hololib", fixturePath("tiny", "hololib.zip")],
      ...["--rcc-exec", join(folder, "rcc"), "--base-image", `oci:${await busyboxBase()}`],
    ],
    start(args, { env = {}, stdin = "null" } = {}) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-check", "--node-modules-dir=manual", "-A", MAIN, ...args],
        env: { RCC_OCI_CACHE: cache, NO_COLOR: "1", SOURCE_DATE_EPOCH: EPOCH, ...env },
        cwd: folder,
        stdin,
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      return { child, ended: endOf(child) };
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function endOf(child: Deno.ChildProcess): Promise<EndedBuild> {
  const [stdout, stderr, { code }] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.status,
  ]);
  const errors = stderr.split("\n").filter((line) =>
    line !== "" && !/^Warning: |^[A-Z][a-z]+ing /.test(line)
  );
  return { code, stdout, errors };
}

/** Temporary files of ours anywhere below the folder. */
export async function temporaryFiles(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) found.push(...await temporaryFiles(join(folder, name)));
      else if (name.endsWith(".rcc-oci.tmp")) found.push(join(folder, name));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found;
}

/** Waits until something is the case, however long that takes: the test's own limit is enough. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!await isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}
