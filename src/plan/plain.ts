/**
 * What the image will be when somebody else's builder makes it on a base that is not known here, of
 * the robot's folder alone. The functions are those of `planImage`, so that both mean the same.
 */
import { parseUsers } from "../base/mod.ts";
import { type SpaceLayout, spaceLayout, stageName } from "../holotree/mod.ts";
import type { ContainerConfig } from "../oci/mod.ts";
import type { Robot } from "../robot/mod.ts";
import { containerConfig } from "./container_config.ts";
import { imageLabels } from "./labels.ts";
import { robotFolder } from "./paths.ts";
import { imageRobocorpHome } from "./robocorp_home.ts";
import { type SeedTexts, seedTexts } from "./runtime_layer.ts";
import type { StartMode } from "./options.ts";
import { chooseUser, type ImageUser, type UserRequest } from "./user.ts";

/** Everything that such a plan is made of. */
export interface PlainFacts {
  readonly robot: Robot;
  readonly base: { readonly name: string; readonly digest?: string };
  /** Where the robot's code is from, when git says. */
  readonly source?: { readonly url?: string; readonly revision?: string };
  /** None for a shell robot. */
  readonly environment?: PlainEnvironment;
  /** The image's name and tag, when they are known. */
  readonly version?: string;
  readonly user?: UserRequest;
  readonly env: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly start: StartMode;
  readonly init: boolean;
}

/** What is known of the environment. */
export interface PlainEnvironment {
  /** The blueprint's hash. */
  readonly hash: string;
  /** What hololib.zip says of it; without it, rcc resolves it while the image is built. */
  readonly recorded?: { readonly path: string; readonly rcc: string };
}

/** What the image will be. */
export interface PlainPlan {
  readonly name: string;
  readonly base: { readonly name: string; readonly digest?: string };
  readonly user: ImageUser;
  readonly robocorpHome: string;
  readonly start: StartMode;
  readonly init: boolean;
  /** The robot.yaml's own name, and the robot's folders and files relative to it. */
  readonly robotFile: string;
  readonly condaFile?: string;
  readonly artifactsDir: string;
  /** The absolute folder that Robot Framework writes into, where artifactsDir was written as one. */
  readonly outputDir?: string;
  /** None for a shell robot. */
  readonly environment?: {
    readonly hash: string;
    readonly layout: SpaceLayout;
    /** Whether it is in a hololib.zip. */
    readonly isRecorded: boolean;
  };
  readonly seeds: SeedTexts;
  readonly config: ContainerConfig;
}

/** @throws {Failure} when the user cannot be one. */
export function planPlain(facts: PlainFacts): PlainPlan {
  const { robot, base, environment, start, init, env } = facts;
  const user = chooseUser(parseUsers("", ""), facts.user);
  const robocorpHome = imageRobocorpHome({ start, catalogPath: environment?.recorded?.path });
  const labels = imageLabels({
    title: robot.name,
    ...(facts.version === undefined ? {} : { version: facts.version }),
    base,
    ...(facts.source === undefined ? {} : { source: facts.source }),
    ...(environment === undefined ? {} : {
      environment: {
        hash: environment.hash,
        ...(environment.recorded === undefined ? {} : { rcc: environment.recorded.rcc }),
      },
    }),
  }, { base: {}, asked: facts.labels });
  const config = containerConfig({
    bytecode: false,
    base: {},
    user,
    robotFolder: robotFolder(robot),
    robotFile: robot.fileName,
    ...(robot.chosenTask === undefined ? {} : { task: robot.chosenTask.name }),
    robocorpHome,
    start,
    init,
    env,
    labels,
  });
  const place = { home: user.home, robocorpHome };
  const path = environment?.recorded?.path ?? `${robocorpHome}/holotree/${stageName(user.home)}`;
  return {
    name: robot.name,
    base,
    user,
    robocorpHome,
    start,
    init,
    robotFile: robot.fileName,
    ...(robot.environment === undefined ? {} : { condaFile: robot.environment.relative }),
    artifactsDir: robot.artifactsDir,
    ...(robot.outputDir === undefined ? {} : { outputDir: robot.outputDir }),
    ...(environment === undefined ? {} : {
      environment: {
        hash: environment.hash,
        layout: spaceLayout(path, place),
        isRecorded: environment.recorded !== undefined,
      },
    }),
    seeds: seedTexts(user),
    config: { ...config, Env: withoutPath(config.Env ?? [], env) },
  };
}

/** The base's own PATH stays, which is not known here: every common one has rcc's folder. */
function withoutPath(
  variables: readonly string[],
  asked: ReadonlyMap<string, string>,
): readonly string[] {
  return variables.filter((variable) => asked.has("PATH") || !variable.startsWith("PATH="));
}
