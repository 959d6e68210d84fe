import type { Command } from "@commander-js/extra-typings";
import type { DockerfileArguments } from "./dockerfile_options.ts";
import { examplesText, GROUPS } from "./help.ts";
import type { RegistryArguments } from "./registry_options.ts";

/** An option that may be given several times. */
function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

const NONE: string[] = [];

/** Adds `dockerfile`: what is said of the image is said as for `build`. */
export function addDockerfileCommand(
  program: Command,
  action: (options: DockerfileArguments & RegistryArguments & Spoken) => Promise<void>,
): void {
  program.command("dockerfile")
    .description("Print a Dockerfile that makes the same image, or write a whole build context.")
    .optionsGroup(GROUPS.robot)
    .option("-r, --robot <path>", "robot.yaml, or its folder", ".")
    .option("--task <name>", "the task that the image runs")
    .option("--exclude <glob>", "leave out files of the robot (repeatable)", collect, NONE)
    .option("--catalog <hash>", "the environment's blueprint hash, or a unique start of it")
    .option("--hololib <path>", "library folder, or hololib.zip (with --context)")
    .option("--rcc-exec <path>", "the static Linux amd64 rcc (with --context)")
    .optionsGroup(GROUPS.image)
    .option("-t, --tag <ref>", "name of the image, for its labels", collect, NONE)
    .option("--base-image <ref>", "image to build on", "debian:stable-slim")
    .option("--pin", "name the base by its digest")
    .option("--user <name[:uid[:gid]]>", "who runs the robot (default: robot:1000:1000)")
    .option("--env <name=value>", "set a variable in the image (repeatable)", collect, NONE)
    .option("--label <name=value>", "set a label of the image (repeatable)", collect, NONE)
    .option("--sealed", "for any uid and a read-only root; see docs/image.md for its price")
    .option("--compression <codec[:level]>", "of a context's layers: always gzip", "gzip")
    .option("--jobs <number>", "worker threads (default: the cores)")
    .optionsGroup(GROUPS.output)
    .option("--context <dir>", "write a build context that has every layer in it")
    .option("--force", "overwrite another context")
    .option("--print-dockerignore", "print the .dockerignore that goes with the Dockerfile")
    .optionsGroup(GROUPS.registry)
    .option("--pull <when>", "ask what the base's tag names: always or missing", "always")
    .option("--offline", "ask no registry, use what the cache has")
    .option("--username <name>", "for registries, with --password-stdin")
    .option("--password-stdin", "read the password from standard input")
    .option("--ca-cert <file>", "authority to trust (repeatable)", collect, NONE)
    .option("--insecure-registry <host>", "allow plain HTTP (repeatable)", collect, NONE)
    .option("--registry-mirror <registry=host[/path]>", "pull from there first", collect, NONE)
    .optionsGroup(GROUPS.talk)
    .option("-v, --verbose", "print more")
    .option("--progress <mode>", "auto, tty or plain", "auto")
    .addHelpText("after", examplesText("dockerfile"))
    .action((options) => action(options));
}

/** How the command speaks. */
interface Spoken {
  readonly verbose?: boolean | undefined;
  readonly progress: string;
}
