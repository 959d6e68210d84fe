import type { Command } from "@commander-js/extra-typings";
import type { BuildArguments } from "./build_options.ts";
import { examplesText, GROUPS } from "./help.ts";
import type { RegistryArguments } from "./registry_options.ts";
import { addConnectionOptions, OPTIONS, ROBOT_ARGUMENT, withRobot } from "./shared_options.ts";

/** What commander makes of the options of `doctor`: those of `build` that decide what it needs. */
export interface DoctorArguments
  extends
    Omit<BuildArguments, "env" | "label" | "exclude" | "compression" | "metadataFile">,
    RegistryArguments {
  readonly json?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly progress: string;
}

/** Adds `doctor`. */
export function addDoctorCommand(
  program: Command,
  action: (options: DoctorArguments) => Promise<void>,
): void {
  const doctor = program.command("doctor")
    .description("Say what a build needs and whether it is there. Nothing is written.")
    .argument(...ROBOT_ARGUMENT)
    .optionsGroup(GROUPS.robot)
    .addOption(OPTIONS.robot)
    .addOption(OPTIONS.root)
    .addOption(OPTIONS.task)
    .addOption(OPTIONS.catalog)
    .addOption(OPTIONS.hololib)
    .addOption(OPTIONS.cacheFrom)
    .addOption(OPTIONS.noCacheFrom)
    .addOption(OPTIONS.resolve)
    .addOption(OPTIONS.strictPlatform)
    .addOption(OPTIONS.allowRecordedSecrets)
    .addOption(OPTIONS.rccExec)
    .addOption(OPTIONS.rccVersion)
    .addOption(OPTIONS.rccSha256)
    .optionsGroup(GROUPS.image)
    .addOption(OPTIONS.tag)
    .addOption(OPTIONS.baseImage)
    .addOption(OPTIONS.user)
    .addOption(OPTIONS.start)
    .addOption(OPTIONS.sealed)
    .addOption(OPTIONS.init)
    .addOption(OPTIONS.jobs)
    .optionsGroup(GROUPS.output)
    .addOption(OPTIONS.save)
    .addOption(OPTIONS.ociLayout)
    .addOption(OPTIONS.push)
    .addOption(OPTIONS.load)
    .optionsGroup(GROUPS.registry)
    .addOption(OPTIONS.pull);
  addConnectionOptions(doctor)
    .optionsGroup(GROUPS.messages)
    .addOption(OPTIONS.json)
    .addOption(OPTIONS.verbose)
    .addOption(OPTIONS.progress)
    .addHelpText("after", examplesText("doctor"))
    .action((path, options, command) => action(withRobot(options, path, command)));
}
