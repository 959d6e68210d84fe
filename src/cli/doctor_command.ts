import type { Command } from "@commander-js/extra-typings";
import type { BuildArguments } from "./build_options.ts";
import { examplesText, GROUPS } from "./help.ts";
import type { RegistryArguments } from "./registry_options.ts";

/** What commander makes of the options of `doctor`: those of `build` that decide what it needs. */
export interface DoctorArguments
  extends
    Omit<BuildArguments, "env" | "label" | "exclude" | "compression" | "metadataFile">,
    RegistryArguments {
  readonly json?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly progress: string;
}

/** An option that may be given several times. */
function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

const NONE: string[] = [];

/** Adds `doctor`. */
export function addDoctorCommand(
  program: Command,
  action: (options: DoctorArguments) => Promise<void>,
): void {
  program.command("doctor")
    .description("Say what a build needs and whether it is there. Nothing is written.")
    .optionsGroup(GROUPS.robot)
    .option("-r, --robot <path>", "robot.yaml, or its folder", ".")
    .option("--task <name>", "the task that the image runs")
    .option("--catalog <hash>", "the environment's blueprint hash, or a unique start of it")
    .option("--hololib <path>", "library folder, or hololib.zip")
    .option("--resolve", "have rcc build the environment afresh")
    .option("--strict-platform", "refuse dependencies that cannot work on Linux")
    .option("--allow-recorded-secrets", "pack an environment that holds credentials")
    .option("--rcc-exec <path>", "the static Linux amd64 rcc")
    .option("--rcc-version <version>", "the release of rcc to download")
    .option("--rcc-sha256 <hex>", "what the Linux rcc must be")
    .optionsGroup(GROUPS.image)
    .option("-t, --tag <ref>", "name of the image (repeatable)", collect, NONE)
    .option("--base-image <ref>", "image to build on", "debian:stable-slim")
    .option("--user <name[:uid[:gid]]>", "who runs the robot (default: robot:1000:1000)")
    .option("--sealed", "for any uid and a read-only root")
    .option("--jobs <number>", "worker threads (default: the cores)")
    .optionsGroup(GROUPS.output)
    .option("--save <file>", "write an image archive (default: image.tar)")
    .option("--oci-layout <dir>", "add the image to an OCI image layout")
    .option("--push", "push the image to the registries that its names are of")
    .option("--load <engine>", "load the image into docker or podman")
    .optionsGroup(GROUPS.registry)
    .option("--pull <when>", "ask what the base's tag names: always or missing", "always")
    .option("--offline", "ask no registry, use what the cache has")
    .option("--username <name>", "for registries, with --password-stdin")
    .option("--password-stdin", "read the password from standard input")
    .option("--ca-cert <file>", "authority to trust (repeatable)", collect, NONE)
    .option("--insecure-registry <host>", "allow plain HTTP (repeatable)", collect, NONE)
    .option("--registry-mirror <registry=host[/path]>", "pull from there first", collect, NONE)
    .optionsGroup(GROUPS.talk)
    .option("--json", "print one JSON document")
    .option("-v, --verbose", "print more")
    .option("--progress <mode>", "auto, tty or plain", "auto")
    .addHelpText("after", examplesText("doctor"))
    .action((options) => action(options));
}
