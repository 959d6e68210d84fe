import { Command } from "@commander-js/extra-typings";
import type { Shell } from "../manual/mod.ts";
import { PROGRAM_NAME, versionLine } from "../version.ts";
import type { BuildArguments } from "./build_options.ts";
import { addCacheCommand, type CacheActions } from "./cache_command.ts";
import { addCompletionCommand } from "./completion_command.ts";
import { addDockerfileCommand } from "./dockerfile_command.ts";
import type { DockerfileArguments } from "./dockerfile_options.ts";
import { addDoctorCommand, type DoctorArguments } from "./doctor_command.ts";
import { environmentText, examplesText, GROUPS, HELP } from "./help.ts";
import { addInspectCommand, type InspectArguments } from "./inspect_command.ts";
import type { RegistryArguments } from "./registry_options.ts";

/** How the program speaks, whatever the command. */
export interface ReportArguments {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly progress: string;
}

/** What the commands do; called with what was read of the arguments. */
export interface Actions extends CacheActions {
  build(options: BuildArguments & RegistryArguments & ReportArguments): Promise<void>;
  dockerfile(options: DockerfileArguments & RegistryArguments & ReportArguments): Promise<void>;
  inspect(image: string, options: InspectArguments): Promise<void>;
  doctor(options: DoctorArguments): Promise<void>;
  completion(shell: Shell): Promise<void>;
}

/** An option that may be given several times. `<ref...>` would swallow what follows. */
function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

/** The command line. Help, version and usage errors are thrown as commander's own errors. */
export function createProgram(actions: Actions) {
  const program = new Command(PROGRAM_NAME)
    .description("Packs an RCC robot with its environment into an OCI image that runs offline.")
    .version(versionLine(), "-V, --version")
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .configureHelp(HELP)
    .addHelpText("after", environmentText());
  program.command("build")
    .description("Build an image from a robot and its resolved environment.")
    .optionsGroup(GROUPS.robot)
    .option("-r, --robot <path>", "robot.yaml, or its folder", ".")
    .option("--task <name>", "the task that the image runs")
    .option(
      "--exclude <glob>",
      "leave out files of the robot (repeatable)",
      collect,
      [] as string[],
    )
    .option("--catalog <hash>", "the environment's blueprint hash, or a unique start of it")
    .option("--hololib <path>", "library folder, or hololib.zip")
    .option("--resolve", "have rcc build the environment afresh")
    .option("--strict-platform", "refuse dependencies that cannot work on Linux")
    .option("--allow-recorded-secrets", "pack an environment that holds credentials")
    .option("--rcc-exec <path>", "the static Linux amd64 rcc")
    .option("--rcc-version <version>", "the release of rcc to download")
    .option("--rcc-sha256 <hex>", "what the Linux rcc must be")
    .optionsGroup(GROUPS.image)
    .option("-t, --tag <ref>", "name of the image (repeatable)", collect, [] as string[])
    .option("--base-image <ref>", "image to build on", "debian:stable-slim")
    .option("--user <name[:uid[:gid]]>", "who runs the robot (default: robot:1000:1000)")
    .option(
      "--env <name=value>",
      "set a variable in the image (repeatable)",
      collect,
      [] as string[],
    )
    .option(
      "--label <name=value>",
      "set a label of the image (repeatable)",
      collect,
      [] as string[],
    )
    .option("--sealed", "for any uid and a read-only root; see docs/image.md for its price")
    .option("--compression <codec[:level]>", "gzip or zstd", "gzip")
    .option("--jobs <number>", "worker threads (default: the cores)")
    .optionsGroup(GROUPS.output)
    .option("--save <file>", "write an image archive (default: image.tar)")
    .option("--oci-layout <dir>", "add the image to an OCI image layout")
    .option("--push", "push the image to the registries that its names are of")
    .option("--load <engine>", "load the image into docker or podman")
    .option("--plan", "say what would be made, downloaded and uploaded, and do nothing")
    .option("--digest-file <path>", "write the image's digest")
    .option("--metadata-file <path>", "write what was built as JSON")
    .option("--report <file>", "write a page (HTML) of what the image consists of")
    .option("--compare <image>", "say in the report what differs from another image")
    .optionsGroup(GROUPS.registry)
    .option("--pull <when>", "ask what the base's tag names: always or missing", "always")
    .option("--offline", "ask no registry, use what the cache has")
    .option("--username <name>", "for registries, with --password-stdin")
    .option("--password-stdin", "read the password from standard input")
    .option("--ca-cert <file>", "authority to trust (repeatable)", collect, [] as string[])
    .option(
      "--insecure-registry <host>",
      "allow plain HTTP and any certificate (repeatable)",
      collect,
      [] as string[],
    )
    .option(
      "--registry-mirror <registry=host[/path]>",
      "pull from there first (repeatable)",
      collect,
      [] as string[],
    )
    .option("--chunk-size <MiB>", "push in requests of this size")
    .optionsGroup(GROUPS.talk)
    .option("--json", "print one JSON document")
    .option("-q, --quiet", "print only the reference with digest")
    .option("-v, --verbose", "print more")
    .option("--progress <mode>", "auto, tty or plain", "auto")
    .addHelpText("after", examplesText("build"))
    .action((options) => actions.build(options));
  addDockerfileCommand(program, (options) => actions.dockerfile(options));
  addInspectCommand(program, (image, options) => actions.inspect(image, options));
  addDoctorCommand(program, (options) => actions.doctor(options));
  addCacheCommand(program, actions);
  addCompletionCommand(program, (shell) => actions.completion(shell));
  return program;
}
