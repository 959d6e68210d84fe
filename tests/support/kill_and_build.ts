import assert from "node:assert/strict";
import { readdir, readFile, rm } from "node:fs/promises";
import { type BuildScene, temporaryFiles } from "./build_scene.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run } from "./tools.ts";

/** What was found after a build was killed. */
export interface Killed {
  /** Whether it was still running. */
  readonly wasRunning: boolean;
  /** How many temporary files it left. */
  readonly temporaryFiles: number;
  /** Whether it left a layout that has no index yet. */
  readonly unfinishedLayout: boolean;
}

/** When it is killed, and over what. */
export interface KillOptions {
  readonly afterMs: number;
  /** Whether both outputs are there already, with another image. */
  readonly hasBefore: boolean;
}

const NEW = "docker.io/library/new:1";
const OLD = "docker.io/library/old:1";

/** Milliseconds of an undisturbed build to both outputs with a cold cache. */
export async function durationOf(scene: BuildScene): Promise<number> {
  await rm(scene.cache, { recursive: true, force: true });
  const start = performance.now();
  const { code, errors } = await scene.start(buildArgs(scene)).ended;
  assert.equal(code, 0, errors.join("\n"));
  return performance.now() - start;
}

/**
 * Kills a build after so many ms, and builds again. In between the images of before must be there as
 * they were; afterwards the new ones must be whole for skopeo and for ourselves, and nothing of the
 * killed build be left. Needs `apt` and `skopeo`.
 */
export async function killAndBuildAgain(
  scene: BuildScene,
  { afterMs, hasBefore }: KillOptions,
): Promise<Killed> {
  const { layout, archive, cache, folder } = scene;
  for (const path of [layout, archive, cache]) await rm(path, { recursive: true, force: true });
  if (hasBefore) await buildOld(scene);
  await rm(cache, { recursive: true, force: true });
  const before = hasBefore ? await readFile(archive) : undefined;
  const { child, ended } = scene.start(buildArgs(scene));
  const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
  child.status.then(() => clearTimeout(timer)); // Nobody may kill what has ended.
  const { code } = await ended;
  const wasRunning = code === 137;
  const killed = {
    wasRunning,
    temporaryFiles: (await temporaryFiles(folder)).length,
    unfinishedLayout: await isUnfinished(layout),
  };
  if (before !== undefined) {
    const archiveNow = await readFile(archive);
    if (!archiveNow.equals(before)) await inspect(scene, archive);
    await requireNames(layout, [OLD]);
    await inspect(scene, `oci:${layout}:${OLD}`);
  }
  const again = await scene.start(buildArgs(scene)).ended;
  assert.deepEqual([again.code, again.errors], [0, []]);
  await inspect(scene, archive);
  await inspect(scene, `oci:${layout}:${NEW}`);
  await using copy = await temporaryFolder();
  await run("skopeo", ["copy", "--quiet", `oci-archive:${archive}`, `dir:${copy.path}`]);
  await requireNames(layout, hasBefore ? [OLD, NEW] : [NEW]);
  assert.deepEqual(await temporaryFiles(folder), []);
  return killed;
}

function buildArgs({ args, layout, archive }: BuildScene): readonly string[] {
  return [...args, "-t", NEW, "--oci-layout", layout, "--save", archive];
}

async function buildOld({ start, args, layout, archive }: BuildScene): Promise<void> {
  const { code, errors } = await start([
    ...[...args, "-t", OLD, "--label", "old=yes"],
    ...["--oci-layout", layout, "--save", archive],
  ]).ended;
  assert.equal(code, 0, errors.join("\n"));
}

/** Our own verification: every digest, size and layer of an image. */
async function inspect({ start }: BuildScene, image: string): Promise<void> {
  const { code, errors } = await start(["inspect", image]).ended;
  assert.equal(code, 0, errors.join("\n"));
}

async function requireNames(layout: string, names: readonly string[]): Promise<void> {
  const { manifests } = JSON.parse(await readFile(`${layout}/index.json`, "utf8"));
  const found = manifests.map(({ annotations }: { annotations: Record<string, string> }) =>
    annotations["org.opencontainers.image.ref.name"]
  );
  for (const name of names) assert.ok(found.includes(name), `${name} in ${found}`);
}

async function isUnfinished(layout: string): Promise<boolean> {
  const names = await readdir(layout).catch((): string[] => []);
  return names.length > 0 && !names.includes("index.json");
}
