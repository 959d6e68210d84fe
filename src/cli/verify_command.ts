import { type Command, Option } from "@commander-js/extra-typings";
import { examplesText, GROUPS } from "./help.ts";
import type { RegistryArguments } from "./registry_options.ts";
import { addConnectionOptions, OPTIONS } from "./shared_options.ts";

/** What commander makes of the options of `verify`. */
export interface VerifyArguments extends RegistryArguments {
  readonly robot: string;
  readonly root?: string | undefined;
  readonly task?: string | undefined;
  readonly exclude: readonly string[];
  readonly catalog?: string | undefined;
  readonly hololib?: string | undefined;
  readonly resolve?: boolean | undefined;
  readonly strictPlatform?: boolean | undefined;
  readonly allowRecordedSecrets?: boolean | undefined;
  readonly rccExec?: string | undefined;
  readonly rccVersion?: string | undefined;
  readonly rccSha256?: string | undefined;
  readonly tag: readonly string[];
  readonly baseImage?: string | undefined;
  readonly env: readonly string[];
  readonly label: readonly string[];
  readonly maxLayers?: string | undefined;
  readonly jobs?: string | undefined;
  readonly json?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly progress: string;
}

const BASE_IMAGE = new Option(
  "--base-image <ref>",
  "image that it was built on (default: what its labels say, by digest)",
);

/** Adds `verify`. */
export function addVerifyCommand(
  program: Command,
  action: (image: string, options: VerifyArguments) => Promise<void>,
): void {
  const verify = program.command("verify")
    .description("Build an image anew from its robot and environment, and compare.")
    .argument("<image>", "archive, OCI layout (oci:dir:tag for one of several), or reference")
    .optionsGroup(GROUPS.robot)
    .addOption(OPTIONS.robot)
    .addOption(OPTIONS.root)
    .addOption(OPTIONS.task)
    .addOption(OPTIONS.exclude)
    .addOption(OPTIONS.catalog)
    .addOption(OPTIONS.hololib)
    .addOption(OPTIONS.resolve)
    .addOption(OPTIONS.strictPlatform)
    .addOption(OPTIONS.allowRecordedSecrets)
    .addOption(OPTIONS.rccExec)
    .addOption(OPTIONS.rccVersion)
    .addOption(OPTIONS.rccSha256)
    .optionsGroup(GROUPS.image)
    .addOption(OPTIONS.tag)
    .addOption(BASE_IMAGE)
    .addOption(OPTIONS.env)
    .addOption(OPTIONS.label)
    .addOption(OPTIONS.maxLayers)
    .addOption(OPTIONS.jobs)
    .optionsGroup(GROUPS.registry)
    .addOption(OPTIONS.pull);
  addConnectionOptions(verify)
    .optionsGroup(GROUPS.messages)
    .addOption(OPTIONS.json)
    .addOption(OPTIONS.verbose)
    .addOption(OPTIONS.progress)
    .addHelpText("after", examplesText("verify"))
    .action((image, options) => action(image, options));
}
