import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dockerignore, plainDockerfile } from "../dockerfile/mod.ts";
import { droppedDependencies } from "../holotree/mod.ts";
import { Failure, throwFailures } from "../failure/mod.ts";
import { planPlain } from "../plan/mod.ts";
import { findRecordedSecrets, recordedSecretWarnings } from "../rcc/mod.ts";
import { listRobotFiles, readGitSource, readRobot, type Robot } from "../robot/mod.ts";
import { buildContext } from "./build.ts";
import type { Context } from "./session.ts";
import { asFound, failuresOfFacts, foundOf } from "./found.ts";
import { plainBase, plainEnvironment } from "./plain_inputs.ts";
import type { BuildRequest, RobotRequest } from "./request.ts";

/** What the Dockerfile is to say. */
export interface DockerfileRequest {
  /** The same image by `build`, which is written nowhere, or as a context. */
  readonly build: BuildRequest;
  readonly pin: boolean;
  readonly printDockerignore: boolean;
}

/** Prints a Dockerfile or its .dockerignore, or writes a whole context. */
export async function dockerfile(request: DockerfileRequest, context: Context): Promise<void> {
  const { build, printDockerignore } = request;
  if (build.outputs.context !== undefined) {
    await buildContext(build, context);
  } else if (printDockerignore) {
    context.reporter.printDocument(await dockerignoreOf(build.robot, context));
  } else {
    context.reporter.printDocument(await plainDockerfileOf(request, context));
  }
}

/** The robot, which the image could be built of: the same files are wrong for `build`. */
async function readWholeRobot(
  { path, task, root, exclude }: RobotRequest,
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

async function dockerignoreOf(request: RobotRequest, context: Context): Promise<string> {
  const robot = await readWholeRobot(request, context);
  const files = await Promise.all(robot.ignoreFiles.map(async (name) => ({
    name,
    text: await readFile(join(robot.directory, name), "utf8"),
  })));
  return dockerignore(files, {
    artifactsDir: robot.artifactsDir,
    exclude: request.exclude,
    needsZip: robot.environment !== undefined && robot.hololibZip !== undefined,
  });
}

async function plainDockerfileOf(
  { build, pin }: DockerfileRequest,
  context: Context,
): Promise<string> {
  const found = await asFound(readPlainRobot(build, context));
  const ofRegistry = await asFound(plainBase(build, { pin, context }));
  throwFailures(failuresOfFacts([found, ofRegistry]));
  const { robot, environment } = foundOf(found);
  const { env, labels, start, init, user, tags: [tag] } = build.image;
  const source = await readGitSource(robot.directory, { signal: context.signal });
  return plainDockerfile(planPlain({
    robot,
    base: foundOf(ofRegistry),
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

async function readPlainRobot({ robot: request, environment }: BuildRequest, context: Context) {
  const robot = await readWholeRobot(request, context);
  return { robot, environment: await plainEnvironment(robot, environment, context) };
}
