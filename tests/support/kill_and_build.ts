import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { type BuildScene, leftovers } from "./build_scene.ts";
import { verifyImage } from "./verify_image.ts";

/** What was found after a build was killed. */
export interface Killed {
  /** Whether it was still running. */
  readonly wasRunning: boolean;
  /** How many temporary files it left. */
  readonly leftovers: number;
  /** Whether it left a layout that has no index yet. */
  readonly unfinishedLayout: boolean;
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
 * they were; afterwards the new ones must be whole, and nothing of the killed build be left.
 */
export async function killAndBuildAgain(scene: BuildScene, afterMs: number): Promise<Killed> {
  const { layout, archive, cache, folder } = scene;
  for (const path of [layout, archive, cache]) await rm(path, { recursive: true, force: true });
  const hasBefore = Math.floor(afterMs) % 2 === 0;
  if (hasBefore) await buildOld(scene);
  await rm(cache, { recursive: true, force: true });
  const before = hasBefore ? await readFile(archive) : undefined;
  const { child, ended } = scene.start(buildArgs(scene));
  const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
  const { code } = await ended;
  clearTimeout(timer);
  const wasRunning = code === 137;
  const killed = {
    wasRunning,
    leftovers: (await leftovers(folder)).length,
    unfinishedLayout: await isUnfinished(layout),
  };
  if (before !== undefined) {
    const archiveNow = await readFile(archive);
    if (!archiveNow.equals(before)) await verifyImage(archive);
    await verifyNamed(layout, OLD);
  }
  const again = await scene.start(buildArgs(scene)).ended;
  assert.deepEqual([again.code, again.errors], [0, []]);
  await verifyImage(archive);
  await verifyImage(layout, { name: NEW });
  if (hasBefore) await verifyImage(layout, { name: OLD });
  assert.deepEqual(await leftovers(folder), []);
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

/** The image's blobs are there; those of the killed build may be there as well, and whole. */
async function verifyNamed(layout: string, name: string): Promise<void> {
  const index = JSON.parse(await readFile(`${layout}/index.json`, "utf8"));
  const names = index.manifests.map(({ annotations }: { annotations: Record<string, string> }) =>
    annotations["org.opencontainers.image.ref.name"]
  );
  assert.ok(names.includes(name), `${names}`);
  for (const blob of await readdir(`${layout}/blobs/sha256`)) {
    if (!/^[0-9a-f]{64}$/.test(blob)) continue;
    const bytes = await readFile(`${layout}/blobs/sha256/${blob}`);
    assert.equal(createHash("sha256").update(bytes).digest("hex"), blob);
  }
}

async function isUnfinished(layout: string): Promise<boolean> {
  const names = await readdir(layout).catch((): string[] => []);
  return names.length > 0 && !names.includes("index.json");
}
