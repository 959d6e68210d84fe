import type { ContainerConfig } from "../oci/mod.ts";
import { IMAGE_PATHS } from "./paths.ts";
import type { StartMode } from "./options.ts";
import type { ImageUser } from "./user.ts";

/** Options of {@linkcode containerConfig}. */
export interface ContainerConfigOptions {
  readonly base: ContainerConfig;
  readonly user: ImageUser;
  /** The robot's folder, absolute, and the robot.yaml's own name. */
  readonly robotFolder: string;
  readonly robotFile: string;
  readonly task?: string;
  readonly robocorpHome: string;
  readonly start: StartMode;
  readonly init: boolean;
  /** Whether Python's modules are compiled already. */
  readonly bytecode: boolean;
  readonly env: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
}

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const RCC_FOLDER = "/usr/local/bin";

/**
 * How containers of the image start. Of the base, only what the robot may need stays: its Cmd would
 * become an argument of the robot, its Entrypoint, Healthcheck and OnBuild are about another program.
 */
export function containerConfig(options: ContainerConfigOptions): ContainerConfig {
  const { base, user, robotFolder, robotFile, task, start, init, labels } = options;
  return {
    User: `${user.uid}:${user.gid}`,
    ...(base.ExposedPorts === undefined ? {} : { ExposedPorts: base.ExposedPorts }),
    Env: environmentOf(options),
    Entrypoint: [
      ...(init ? [IMAGE_PATHS.init] : []),
      IMAGE_PATHS.rcc,
      "run",
      ...(start === "checked" ? [] : ["--warranty-voided"]),
      "--robot",
      `${robotFolder}/${robotFile}`,
      // Arguments take the place of Cmd. Of several --task, rcc goes by the last.
      ...(task === undefined ? [] : ["--task", task]),
    ],
    Cmd: [],
    ...(base.Volumes === undefined ? {} : { Volumes: base.Volumes }),
    WorkingDir: robotFolder,
    Labels: Object.fromEntries([...labels].sort(([a], [b]) => a < b ? -1 : 1)),
    ...(base.StopSignal === undefined ? {} : { StopSignal: base.StopSignal }),
  };
}

/** The base's variables, then ours, then those that were asked for: each name once. */
function environmentOf(
  { base, user, robocorpHome, start, bytecode, env }: ContainerConfigOptions,
): readonly string[] {
  const variables = new Map<string, string>();
  for (const variable of base.Env ?? []) {
    const equals = variable.indexOf("=");
    if (equals > 0) variables.set(variable.slice(0, equals), variable.slice(equals + 1));
  }
  variables.set("PATH", withRccFolder(variables.get("PATH") ?? DEFAULT_PATH));
  variables.set("HOME", user.home);
  variables.set("USER", user.name);
  variables.set("ROBOCORP_HOME", robocorpHome);
  variables.set("RCC_NO_BUILD", "1");
  // Nobody listens there, which is known at once: behind a silent firewall it takes ten seconds.
  variables.set("RCC_AUTOUPDATES_RCC_INDEX", "http://127.0.0.1:9/");
  if (start !== "checked") variables.set("RCC_NO_TEMP_MANAGEMENT", "1");
  if (bytecode) {
    // Else rcc names an empty folder for each run, and forbids Python to write bytecode, as we do.
    variables.set("RCC_NO_PYC_MANAGEMENT", "1");
    variables.set("PYTHONPYCACHEPREFIX", IMAGE_PATHS.bytecode);
    variables.set("PYTHONDONTWRITEBYTECODE", "1");
  }
  for (const [name, value] of env) variables.set(name, value);
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

function withRccFolder(path: string): string {
  return path.split(":").includes(RCC_FOLDER) ? path : `${RCC_FOLDER}:${path}`;
}
