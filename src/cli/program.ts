import process from "node:process";
import { isatty } from "node:tty";
import { Command } from "@commander-js/extra-typings";
import { hasColor } from "../color.ts";
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
import { addRebaseCommand, type RebaseArguments } from "./rebase_command.ts";
import type { RegistryArguments } from "./registry_options.ts";
import { addConnectionOptions, OPTIONS, ROBOT_ARGUMENT, withRobots } from "./shared_options.ts";
import { addVerifyCommand, type VerifyArguments } from "./verify_command.ts";

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
  rebase(image: string, options: RebaseArguments): Promise<void>;
  verify(image: string, options: VerifyArguments): Promise<void>;
  doctor(options: DoctorArguments): Promise<void>;
  completion(shell: Shell): Promise<void>;
}

/** The command line. Help, version and usage errors are thrown as commander's own errors. */
export function createProgram(actions: Actions) {
  const program = new Command(PROGRAM_NAME)
    .description("Packs an RCC robot with its environment into an OCI image that runs offline.")
    .version(versionLine(), "-V, --version")
    .exitOverride()
    .configureOutput({
      writeErr: () => {},
      getOutHasColors: () => hasColor(process.env, isatty(1)),
    })
    .configureHelp(HELP)
    .addHelpText("after", environmentText());
  const build = program.command("build")
    .description("Build an image from a robot and its resolved environment.")
    .argument(...ROBOT_ARGUMENT)
    .optionsGroup(GROUPS.robot)
    .addOption(OPTIONS.robot)
    .addOption(OPTIONS.fleet)
    .addOption(OPTIONS.root)
    .addOption(OPTIONS.task)
    .addOption(OPTIONS.exclude)
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
    .addOption(OPTIONS.env)
    .addOption(OPTIONS.label)
    .addOption(OPTIONS.start)
    .addOption(OPTIONS.sealed)
    .addOption(OPTIONS.init)
    .addOption(OPTIONS.compileBytecode)
    .option("--compression <codec[:level]>", "gzip or zstd", "gzip")
    .addOption(OPTIONS.maxLayers)
    .addOption(OPTIONS.jobs)
    .optionsGroup(GROUPS.output)
    .addOption(OPTIONS.save)
    .addOption(OPTIONS.ociLayout)
    .addOption(OPTIONS.push)
    .addOption(OPTIONS.load)
    .option("--plan", "say what would be made, downloaded and uploaded, and do nothing")
    .addOption(OPTIONS.digestFile)
    .addOption(OPTIONS.metadataFile)
    .addOption(OPTIONS.report)
    .addOption(OPTIONS.compare)
    .addOption(OPTIONS.sbom)
    .option("--sbom-format <format>", "spdx or cyclonedx, where the file's name does not say it")
    .option("--provenance <file>", "write how the image was made; with --push, attach it")
    .optionsGroup(GROUPS.registry)
    .addOption(OPTIONS.pull);
  addConnectionOptions(build)
    .option("--chunk-size <MiB>", "push in requests of this size")
    .optionsGroup(GROUPS.messages)
    .addOption(OPTIONS.json)
    .addOption(OPTIONS.quiet)
    .addOption(OPTIONS.verbose)
    .addOption(OPTIONS.progress)
    .addHelpText("after", examplesText("build"))
    .action((path, options, command) => actions.build(withRobots(options, path, command)));
  addDockerfileCommand(program, (options) => actions.dockerfile(options));
  addInspectCommand(program, (image, options) => actions.inspect(image, options));
  addRebaseCommand(program, (image, options) => actions.rebase(image, options));
  addVerifyCommand(program, (image, options) => actions.verify(image, options));
  addDoctorCommand(program, (options) => actions.doctor(options));
  addCacheCommand(program, actions);
  addCompletionCommand(program, (shell) => actions.completion(shell));
  return program;
}
