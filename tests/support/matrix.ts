import assert from "node:assert/strict";
import { join } from "node:path";
import { SHARED_HOLOTREE, spaceName } from "../../src/holotree/mod.ts";
import { START_MODES, type StartMode } from "../../src/plan/mod.ts";
import { busyboxBase } from "./bases.ts";
import type { ContainerOptions, Engine } from "./engine.ts";
import { helloOutput, relocatedEnvironment } from "./relocated_environment.ts";
import { type RobotScene, robotScene } from "./robot_scene.ts";
import { requireSpaceContent } from "./space_content.ts";
import type { RunResult } from "./tools.ts";

/** One way to make an image. */
export interface Combination {
  readonly mode: "private" | "shared" | "raw";
  readonly library: "folder" | "zip";
  readonly user: "robot" | "root" | "worker:1500:1500";
  readonly start: StartMode;
}

export const COMBINATIONS: readonly Combination[] = (["private", "shared", "raw"] as const)
  .flatMap((mode) =>
    (["folder", "zip"] as const).flatMap((library) =>
      (["robot", "root", "worker:1500:1500"] as const).flatMap((user) =>
        START_MODES.map((start) => ({ mode, library, user, start }))
      )
    )
  );

/** How a container of the image is run. */
export const SETTINGS = ["as it is", "another uid", "read-only root", "both"] as const;
export type Setting = typeof SETTINGS[number];

/** What came of it: it ran, or it was refused with the documented message. */
export type Outcome = "runs" | "refused";

const OTHER_UID = { user: "4711:4712" };
const READ_ONLY = { readOnly: true, tmpfs: ["/tmp:mode=1777", "/home/robot/app/output:mode=1777"] };

const OPTIONS: Readonly<Record<Setting, ContainerOptions>> = {
  "as it is": {},
  "another uid": OTHER_UID,
  "read-only root": READ_ONLY,
  "both": { ...OTHER_UID, ...READ_ONLY },
};

/** Builds one image, looks at all that is in its environment, and runs it in every setting. */
export async function runCombination(
  combination: Combination,
  engine: Engine,
): Promise<ReadonlyMap<Setting, Outcome>> {
  await using scene = await robotScene({
    mode: combination.mode,
    environment: relocatedEnvironment,
    robot: { "output/old.txt": "left at home" },
  });
  const reference = await load(scene, combination, engine);
  await requireSpaceContent(reference, {
    engine,
    space: spaceOf(combination),
    environment: join(scene.folder, "environment"),
    home: "/home/dev",
    start: combination.start,
    isRoot: combination.user === "root",
  });
  const outcomes = new Map<Setting, Outcome>();
  for (const setting of SETTINGS) {
    const result = await engine.run(reference, {
      ...OPTIONS[setting],
      env: { RCC_STANDIN_DEEP: "1" },
    });
    outcomes.set(setting, outcomeOf(result, combination));
  }
  return outcomes;
}

/**
 * What is to come of it: a sealed image bears everything, others want their own user, and a checked
 * one wants to write.
 */
export function expectedOutcome({ start }: Combination, setting: Setting): Outcome {
  const borne: readonly Setting[] = start === "sealed"
    ? SETTINGS
    : start === "trusted"
    ? ["as it is", "read-only root"]
    : ["as it is"];
  return borne.includes(setting) ? "runs" : "refused";
}

async function load(
  scene: RobotScene,
  { mode, library, user, start }: Combination,
  engine: Engine,
): Promise<string> {
  const name = ["matrix", mode, library, user.replace(/:.*/, ""), start];
  const tag = `${name[0]}/${name.slice(1).join("-")}:1`;
  const archive = join(scene.folder, "image.tar");
  const { code, stderr } = await scene.build([
    ...["--base-image", `oci:${await busyboxBase()}`, "-t", tag, "--save", archive],
    ...["--user", user, "--start", start],
    ...(library === "zip" ? ["--hololib", await scene.zip()] : []),
  ]);
  assert.equal(code, 0, stderr);
  await engine.load(archive);
  return `docker.io/${tag}`;
}

function spaceOf({ mode, user }: Combination): string {
  const home = { "robot": "/home/robot", "root": "/root", "worker:1500:1500": "/home/worker" };
  const holotree = mode === "shared" ? SHARED_HOLOTREE : "/home/dev/.robocorp/holotree";
  return `${holotree}/${spaceName({ home: home[user] })}`;
}

function outcomeOf(
  { code, stdout, stderr }: RunResult,
  combination: Combination,
): Outcome {
  if (code === 0) {
    assert.equal(stdout, helloOutput(spaceOf(combination)));
    return "runs";
  }
  assert.match(stderr, REFUSED);
  assert.equal(stdout, "");
  return "refused";
}

/** What rcc, and the stand-in for it, cannot do where they may not write. */
const REFUSED = /cannot (write|make)|not writable|its times cannot be set|not readable/;
