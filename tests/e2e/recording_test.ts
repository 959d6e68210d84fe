/** A build that begins while somebody records the environment. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { busyboxBase } from "../support/bases.ts";
import { startProgram } from "../support/program.ts";
import { helloEnvironment, type RobotScene, robotScene } from "../support/robot_scene.ts";
import { IS_SOAK } from "../support/soak.ts";
import { standinRcc } from "../support/standin.ts";
import { toolTest } from "../support/tools.ts";

const BLOBS = 40;
/** In all: 2 s, or 20 s in `RCC_OCI_SOAK`. */
const PAUSE_MS = IS_SOAK ? 500 : 50;

/**
 * As RCC does: the catalog first, and the blobs one after the other under the lock.
 *
 * @param isAwaited Resolves when somebody waits for it: the last blob comes after that.
 */
async function recordSlowly(
  { folder, hololib }: RobotScene,
  { begun, isAwaited }: { readonly begun: () => void; readonly isAwaited: Promise<void> },
): Promise<void> {
  const aside = join(folder, "aside");
  await rename(hololib, aside);
  for (const name of ["catalog", "library"]) {
    await mkdir(join(hololib, name), { recursive: true });
  }
  await mkdir(join(folder, "holotree"));
  using lock = await Deno.open(join(folder, "holotree", "global.lck"), {
    create: true,
    write: true,
  });
  await lock.lock(true);
  const [name] = (await readdir(join(aside, "catalog"))).filter((name) => !name.endsWith(".info"));
  const content = await readFile(join(aside, "catalog", name!));
  // RCC writes it where it stays: whoever comes early reads a part of it.
  await writeFile(join(hololib, "catalog", name!), content.subarray(0, content.length / 2));
  begun();
  await isAwaited;
  await writeFile(join(hololib, "catalog", name!), content);
  const entries = await readdir(join(aside, "library"), { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((entry) => entry.isFile())) {
    await setTimeout(PAUSE_MS);
    const blob = join(entry.parentPath, entry.name);
    const place = join(hololib, blob.slice(aside.length));
    await mkdir(dirname(place), { recursive: true });
    await rename(blob, place);
  }
}

async function manifestOf(layout: string): Promise<string> {
  return JSON.parse(await readFile(join(layout, "index.json"), "utf8")).manifests[0].digest;
}

toolTest({
  name: "a build that begins while rcc records waits for it, says so, and is right",
  needs: ["apt", "cc"],
}, async () => {
  await using scene = await robotScene({
    environment: (stage) => ({
      ...helloEnvironment(stage),
      "rcc_plan.log": "---  installation plan complete  ---\n",
      ...Object.fromEntries(
        Array.from({ length: BLOBS }, (_, i) => [`share/text${i}`, `text ${i}\n`]),
      ),
    }),
  });
  const rcc = await standinRcc();
  const base = `oci:${await busyboxBase()}`;
  const start = (layout: string) =>
    startProgram([
      ...["build", "-r", scene.robot, "--hololib", scene.hololib, "--rcc-exec", rcc],
      ...["--base-image", base, "-t", "recording:1", "--oci-layout", join(scene.folder, layout)],
    ], {
      cache: join(scene.folder, `cache ${layout}`),
      env: { SOURCE_DATE_EPOCH: "1700000000" },
      stderr: "piped",
    });

  const [begun, awaited] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const recording = recordSlowly(scene, { begun: begun.resolve, isAwaited: awaited.promise });
  await begun.promise;
  const early = await stderrOf(start("early"), (text) => {
    if (text.includes("rcc is at work")) awaited.resolve();
  }).finally(awaited.resolve);
  await recording;
  const warnings = early.match(/^Warning: rcc is at work in the library .*$/mg);
  assert.equal(warnings?.length, 1, early);
  assert.match(warnings![0], /holotree\/global\.lck", this waits for the files/);

  const late = await stderrOf(start("late"));
  assert.doesNotMatch(late, /rcc is at work/);
  const [one, other] = ["early", "late"].map((name) => manifestOf(join(scene.folder, name)));
  assert.equal(await one, await other);
});

/** What a program says on its way to a good end. */
async function stderrOf(
  program: Deno.ChildProcess,
  onText: (text: string) => void = () => {},
): Promise<string> {
  let text = "";
  for await (const chunk of program.stderr.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    onText(text);
  }
  assert.equal((await program.status).code, 0, text);
  return text;
}
