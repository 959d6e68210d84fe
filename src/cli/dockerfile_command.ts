import type { Command } from "@commander-js/extra-typings";
import type { DockerfileArguments } from "./dockerfile_options.ts";
import { examplesText, GROUPS } from "./help.ts";
import type { RegistryArguments } from "./registry_options.ts";
import {
  addConnectionOptions,
  OPTIONS,
  repeatable,
  ROBOT_ARGUMENT,
  withRobot,
} from "./shared_options.ts";

/** Adds `dockerfile`: what is said of the image is said as for `build`. */
export function addDockerfileCommand(
  program: Command,
  action: (options: DockerfileArguments & RegistryArguments & MessageArguments) => Promise<void>,
): void {
  const dockerfile = program.command("dockerfile")
    .description("Print a Dockerfile that makes the same image, or write a whole build context.")
    .argument(...ROBOT_ARGUMENT)
    .optionsGroup(GROUPS.robot)
    .addOption(OPTIONS.robot)
    .addOption(OPTIONS.root)
    .addOption(OPTIONS.task)
    .addOption(OPTIONS.exclude)
    .addOption(OPTIONS.catalog)
    .option("--hololib <path>", "library folder, or hololib.zip (with --context)")
    .option("--rcc-exec <path>", "the static Linux amd64 rcc (with --context)")
    .optionsGroup(GROUPS.image)
    .addOption(repeatable("-t, --tag <ref>", "name of the image, for its labels"))
    .addOption(OPTIONS.baseImage)
    .option("--pin", "name the base by its digest")
    .addOption(OPTIONS.user)
    .addOption(OPTIONS.env)
    .addOption(OPTIONS.label)
    .addOption(OPTIONS.start)
    .addOption(OPTIONS.sealed)
    .addOption(OPTIONS.init)
    .option("--compression <codec[:level]>", "of a context's layers: always gzip", "gzip")
    .addOption(OPTIONS.maxLayers)
    .addOption(OPTIONS.jobs)
    .optionsGroup(GROUPS.output)
    .option("--context <dir>", "write a build context that has every layer in it")
    .option("--force", "overwrite another context")
    .option("--print-dockerignore", "print the .dockerignore that goes with the Dockerfile")
    .optionsGroup(GROUPS.registry)
    .addOption(OPTIONS.pull);
  addConnectionOptions(dockerfile)
    .optionsGroup(GROUPS.messages)
    .addOption(OPTIONS.verbose)
    .addOption(OPTIONS.progress)
    .addHelpText("after", examplesText("dockerfile"))
    .action((path, options, command) => action(withRobot(options, path, command)));
}

/** What decides which messages are shown. */
interface MessageArguments {
  readonly verbose?: boolean | undefined;
  readonly progress: string;
}
