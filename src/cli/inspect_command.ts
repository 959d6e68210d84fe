import type { Command } from "@commander-js/extra-typings";
import { examplesText, GROUPS } from "./help.ts";
import type { RegistryArguments } from "./registry_options.ts";
import { addConnectionOptions, OPTIONS } from "./shared_options.ts";

/** What commander makes of the options of `inspect`. */
export interface InspectArguments extends RegistryArguments {
  readonly files?: boolean | undefined;
  readonly packages?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly report?: string | undefined;
  readonly compare?: string | undefined;
  readonly verbose?: boolean | undefined;
  readonly progress: string;
}

/** Adds `inspect`. */
export function addInspectCommand(
  program: Command,
  action: (image: string, options: InspectArguments) => Promise<void>,
): void {
  const inspect = program.command("inspect")
    .description("Say what an image is, and verify every byte of it.")
    .argument("<image>", "archive, OCI layout (oci:dir:tag for one of several), or reference")
    .optionsGroup(GROUPS.output)
    .option("--files", "list all files, as they lie over one another")
    .option("--packages", "list the packages, by the image's SBOM or by what lies in it")
    .addOption(OPTIONS.json)
    .addOption(OPTIONS.report)
    .option("--compare <image>", "say which packages differ from those of another image")
    .optionsGroup(GROUPS.registry)
    .option("--pull <when>", "pull policy of the image: always or missing", "always");
  addConnectionOptions(inspect)
    .optionsGroup(GROUPS.messages)
    .addOption(OPTIONS.verbose)
    .addOption(OPTIONS.progress)
    .addHelpText("after", examplesText("inspect"))
    .action((image, options) => action(image, options));
}
