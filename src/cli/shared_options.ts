import {
  type Command,
  type CommandUnknownOpts,
  Option,
  type OptionValues,
} from "@commander-js/extra-typings";
import { Failure } from "../failure/mod.ts";
import type { RegistryArguments } from "./registry_options.ts";

/** Options that mean the same wherever they are taken, by their names. */
export const OPTIONS = {
  robot: new Option("-r, --robot <path>", "robot.yaml, its folder, or a bundle of rcc").default(
    ".",
  ),
  fleet: new Option("--fleet <file>", "build all robots of a list (YAML), with their tags"),
  root: new Option("--root <dir>", "how far up files outside of the robot's folder are packed"),
  task: new Option("--task <name>", "the task that the image runs"),
  exclude: repeatable("--exclude <glob>", "omit files of the robot (repeatable)"),
  catalog: new Option(
    "--catalog <hash>",
    "the environment's blueprint hash, or a unique start of it",
  ),
  hololib: new Option("--hololib <path>", "library folder, or hololib.zip"),
  cacheFrom: repeatable(
    "--cache-from <image>",
    "image to take layers from, an environment too (default: the names to push; repeatable)",
  ),
  noCacheFrom: new Option("--no-cache-from", "take no layers from images"),
  resolve: new Option("--resolve", "have rcc build the environment afresh"),
  strictPlatform: new Option("--strict-platform", "refuse dependencies that cannot work on Linux"),
  allowRecordedSecrets: new Option(
    "--allow-recorded-secrets",
    "pack an environment that holds credentials",
  ),
  rccExec: new Option("--rcc-exec <path>", "the static Linux amd64 rcc"),
  rccVersion: new Option("--rcc-version <version>", "the release of rcc to download"),
  rccSha256: new Option("--rcc-sha256 <hex>", "what the Linux rcc must be"),
  tag: repeatable("-t, --tag <ref>", "name of the image (repeatable)"),
  baseImage: new Option("--base-image <ref>", "image to build on").default("debian:stable-slim"),
  user: new Option("--user <name[:uid[:gid]]>", "who runs the robot (default: robot:1000:1000)"),
  env: repeatable("--env <name=value>", "set a variable in the image (repeatable)"),
  label: repeatable("--label <name=value>", "set a label of the image (repeatable)"),
  start: new Option(
    "--start <mode>",
    "checked, trusted or sealed; see docs/image.md for their prices (default: checked)",
  ),
  maxLayers: new Option(
    "--max-layers <number>",
    "most layers of the environment, 1 for a single one (default: 60)",
  ),
  sealed: new Option("--sealed", "the same as --start sealed: any uid, a read-only root"),
  init: new Option("--init", "have a small init end the robot well"),
  compileBytecode: new Option(
    "--compile-bytecode [which]",
    "compile Python's modules beforehand: all, or those used by the robot's own",
  ),
  jobs: new Option("--jobs <number>", "worker threads (default: the cores)"),
  save: new Option(
    "--save <file>",
    "write an image archive, - for standard output (default: image.tar)",
  ),
  ociLayout: new Option("--oci-layout <dir>", "add the image to an OCI image layout"),
  push: new Option("--push", "push the image to the registries that its names are of"),
  load: new Option("--load <engine>", "load the image into docker or podman"),
  report: new Option("--report <file>", "write a page (HTML) of what the image consists of"),
  compare: new Option("--compare <image>", "say in the report what differs from another image"),
  digestFile: new Option("--digest-file <path>", "write the image's digest"),
  metadataFile: new Option("--metadata-file <path>", "write what was built as JSON"),
  sbom: repeatable(
    "--sbom <file>",
    "write what is in the image as SPDX or CycloneDX; with --push, attach it (repeatable)",
  ),
  pull: new Option("--pull <when>", "pull policy of the base image: always or missing").default(
    "always",
  ),
  offline: new Option("--offline", "ask no registry, use what the cache has"),
  username: new Option("--username <name>", "for registries, with --password-stdin"),
  passwordStdin: new Option("--password-stdin", "read the password from standard input"),
  caCert: repeatable("--ca-cert <file>", "CA certificate to trust (repeatable)"),
  insecureRegistry: repeatable(
    "--insecure-registry <host>",
    "allow plain HTTP and any certificate (repeatable)",
  ),
  registryMirror: repeatable(
    "--registry-mirror <registry=host[/path]>",
    "pull from there first (repeatable)",
  ),
  json: new Option("--json", "print one JSON document"),
  quiet: new Option("-q, --quiet", "print only the reference with digest"),
  verbose: new Option("-v, --verbose", "print more"),
  progress: new Option("--progress <mode>", "auto, tty or plain").default("auto"),
} as const;

/** Adds how registries are spoken to. Typed by hand: inferred types of this size take minutes. */
export function addConnectionOptions<
  Args extends unknown[],
  Given extends OptionValues,
  Global extends OptionValues,
>(command: Command<Args, Given, Global>) {
  const { offline, username, passwordStdin, caCert, insecureRegistry, registryMirror } = OPTIONS;
  const options = [offline, username, passwordStdin, caCert, insecureRegistry, registryMirror];
  for (const option of options) command.addOption(option);
  return command as unknown as Command<Args, Given & ConnectionArguments, Global>;
}

type ConnectionArguments = Omit<RegistryArguments, "pull" | "chunkSize">;

/** The robot as an argument: `build DIR` is `build -r DIR`. */
export const ROBOT_ARGUMENT = ["[path]", "the robot, as --robot names it"] as const;

/** The options with the robot that an argument names. @throws {Failure} when both name one. */
export function withRobot<Given extends { readonly robot: string }>(
  options: Given,
  path: string | undefined,
  command: Pick<CommandUnknownOpts, "getOptionValueSource">,
): Given {
  if (path === undefined) return options;
  if (command.getOptionValueSource("robot") === "cli") {
    throw new Failure(
      "usage/option",
      `"${path}" and --robot "${options.robot}" both name the robot, ` +
        "leave one out",
    );
  }
  return { ...options, robot: path };
}

/** @throws {Failure} when an argument names the robot beside a list of them. */
export function withRobots<Given extends { readonly robot: string; readonly fleet?: string }>(
  options: Given,
  path: string | undefined,
  command: Pick<CommandUnknownOpts, "getOptionValueSource">,
): Given {
  const isNamed = path !== undefined || command.getOptionValueSource("robot") === "cli";
  if (options.fleet !== undefined && isNamed) {
    throw new Failure(
      "usage/option",
      `--fleet "${options.fleet}" lists the robots, and ` +
        `"${path ?? options.robot}" names another, leave one out`,
    );
  }
  return withRobot(options, path, command);
}

/** An option that may be given several times. `<ref...>` would swallow what follows. */
export function repeatable<Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description)
    .argParser((value: string, previous: string[]): string[] => [...previous, value])
    .default([] as string[]);
}
