import type { Command } from "@commander-js/extra-typings";
import { examplesText, GROUPS } from "./help.ts";
import type { RegistryArguments } from "./registry_options.ts";

/** What commander makes of the options of `inspect`. */
export interface InspectArguments extends RegistryArguments {
  readonly files?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly report?: string | undefined;
  readonly compare?: string | undefined;
  readonly verbose?: boolean | undefined;
  readonly progress: string;
}

/** An option that may be given several times. */
function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

const NONE: string[] = [];

/** Adds `inspect`. */
export function addInspectCommand(
  program: Command,
  action: (image: string, options: InspectArguments) => Promise<void>,
): void {
  program.command("inspect")
    .description("Say what an image is, and verify every byte of it.")
    .argument("<image>", "archive, OCI layout (oci:dir:tag for one of several), or reference")
    .optionsGroup(GROUPS.output)
    .option("--files", "list all files, as they lie over one another")
    .option("--json", "print one JSON document")
    .option("--report <file>", "write a page (HTML) of what the image consists of")
    .option("--compare <image>", "say in the report what differs from another image")
    .optionsGroup(GROUPS.registry)
    .option("--pull <when>", "ask what a tag names: always or missing", "always")
    .option("--offline", "ask no registry, use what the cache has")
    .option("--username <name>", "for registries, with --password-stdin")
    .option("--password-stdin", "read the password from standard input")
    .option("--ca-cert <file>", "authority to trust (repeatable)", collect, NONE)
    .option("--insecure-registry <host>", "allow plain HTTP (repeatable)", collect, NONE)
    .option("--registry-mirror <registry=host[/path]>", "pull from there first", collect, NONE)
    .optionsGroup(GROUPS.talk)
    .option("-v, --verbose", "print more")
    .option("--progress <mode>", "auto, tty or plain", "auto")
    .addHelpText("after", examplesText("inspect"))
    .action((image, options) => action(image, options));
}
