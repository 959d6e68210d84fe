import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dockerignore, plainDockerfile } from "../dockerfile/mod.ts";
import { droppedDependencies } from "../holotree/mod.ts";
import { Failure } from "../failure/mod.ts";
import { planPlain } from "../plan/mod.ts";
import { findRecordedSecrets, recordedSecretWarnings } from "../rcc/mod.ts";
import { listRobotFiles, readGitSource, readRobot, type Robot } from "../robot/mod.ts";
import { Attempts } from "./attempts.ts";
import type { Context } from "./context.ts";
import type { DockerfileOptions } from "./dockerfile_options.ts";
import { plainBase } from "./plain_base.ts";
import { plainEnvironment } from "./plain_environment.ts";
import { writeContext } from "./write_context.ts";

/** Prints a Dockerfile or its .dockerignore, or writes a whole context. */
export async function dockerfile(options: DockerfileOptions, context: Context): Promise<void> {
  if (options.context !== undefined) {
    await writeContext(options.image, { ...options, folder: options.context, context });
  } else if (options.printDockerignore) {
    context.reporter.printDocument(await dockerignoreOf(options, context));
  } else {
    context.reporter.printDocument(await plainDockerfileOf(options, context));
  }
}

/** The robot, which the image could be built of: the same files are wrong for `build`. */
async function readWholeRobot(
  { image: { robot: path, task, root, exclude } }: DockerfileOptions,
  { signal, reporter }: Context,
): Promise<Robot> {
  const robot = await readRobot(path, { task, root, signal });
  if (robot.reach.below !== ".") {
    throw new Failure(
      "usage/option",
      `failed to print a Dockerfile: its context is the robot's folder, and robot.yaml names what ` +
        "lies outside of it, write a whole context with --context",
    );
  }
  const { entries, warnings } = await listRobotFiles(robot, { exclude, signal });
  for (const { message } of [...robot.warnings, ...warnings]) reporter.warn(message);
  const dropped = robot.environment === undefined
    ? []
    : droppedDependencies(robot.environment.conda);
  for (const warning of dropped) reporter.warn(warning);
  const found = await findRecordedSecrets({ robotEntries: entries, secrets: [], signal });
  for (const warning of recordedSecretWarnings(found)) reporter.warn(warning);
  return robot;
}

async function dockerignoreOf(options: DockerfileOptions, context: Context): Promise<string> {
  const robot = await readWholeRobot(options, context);
  const files = await Promise.all(robot.ignoreFiles.map(async (name) => ({
    name,
    text: await readFile(join(robot.directory, name), "utf8"),
  })));
  return dockerignore(files, {
    artifactsDir: robot.artifactsDir,
    exclude: options.image.exclude,
    needsZip: robot.environment !== undefined && robot.hololibZip !== undefined,
  });
}

async function plainDockerfileOf(options: DockerfileOptions, context: Context): Promise<string> {
  const { image, pin } = options;
  const attempts = new Attempts();
  const robot = await attempts.attempt(() => readWholeRobot(options, context));
  const environment = robot &&
    await attempts.attempt(() => plainEnvironment(robot, image, context));
  const base = await attempts.attempt(() => plainBase(image, { pin, context }));
  attempts.finish();
  const { env, labels, start, init, user, tags: [tag] } = image;
  const source = await readGitSource(robot!.directory, { signal: context.signal });
  return plainDockerfile(planPlain({
    robot: robot!,
    base: base!,
    source,
    ...(environment === undefined ? {} : { environment }),
    ...(tag === undefined ? {} : { version: tag.tag ?? "latest" }),
    ...(user === undefined ? {} : { user }),
    env,
    labels,
    start,
    init,
  }));
}
