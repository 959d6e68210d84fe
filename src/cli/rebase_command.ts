import { type Command, Option } from "@commander-js/extra-typings";
import { examplesText, GROUPS } from "./help.ts";
import type { RegistryArguments } from "./registry_options.ts";
import { addConnectionOptions, OPTIONS } from "./shared_options.ts";

/** What commander makes of the options of `rebase`. */
export interface RebaseArguments extends RegistryArguments {
  readonly baseImage?: string | undefined;
  readonly oldBase?: string | undefined;
  readonly check?: boolean | undefined;
  readonly tag: readonly string[];
  readonly label: readonly string[];
  readonly save?: string | undefined;
  readonly ociLayout?: string | undefined;
  readonly push?: boolean | undefined;
  readonly load?: string | undefined;
  readonly digestFile?: string | undefined;
  readonly metadataFile?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly progress: string;
}

const BASE_IMAGE = new Option(
  "--base-image <ref>",
  "image to put it on (default: what its own base is called)",
);

/** Adds `rebase`. */
export function addRebaseCommand(
  program: Command,
  action: (image: string, options: RebaseArguments) => Promise<void>,
): void {
  const rebase = program.command("rebase")
    .description("Put an image on another base, without its robot, library or rcc.")
    .argument("<image>", "archive, OCI layout (oci:dir:tag for one of several), or reference")
    .optionsGroup(GROUPS.image)
    .addOption(BASE_IMAGE)
    .option("--old-base <ref>", "what it stands on (default: what its labels say)")
    .option("--check", "only say whether its base's name leads to another image now")
    .addOption(OPTIONS.tag)
    .addOption(OPTIONS.label)
    .optionsGroup(GROUPS.output)
    .addOption(OPTIONS.save)
    .addOption(OPTIONS.ociLayout)
    .addOption(OPTIONS.push)
    .addOption(OPTIONS.load)
    .addOption(OPTIONS.digestFile)
    .addOption(OPTIONS.metadataFile)
    .optionsGroup(GROUPS.registry)
    .addOption(OPTIONS.pull);
  addConnectionOptions(rebase)
    .optionsGroup(GROUPS.messages)
    .addOption(OPTIONS.json)
    .addOption(OPTIONS.quiet)
    .addOption(OPTIONS.verbose)
    .addOption(OPTIONS.progress)
    .addHelpText("after", examplesText("rebase"))
    .action((image, options) => action(image, options));
}
