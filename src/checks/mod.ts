/**
 * What can be known before an image is published: whether the dependencies fit its platform, whether
 * all that a build needs is there, and whether the robot will start. Pure: facts in, verdicts out.
 *
 * ```ts
 * import { evaluateMarker } from "./mod.ts";
 *
 * console.assert(evaluateMarker(`sys_platform == "win32"`) === false);
 * console.assert(evaluateMarker(`python_version < "3.11"`) === "unknown");
 * ```
 *
 * @module
 */
export { checkBlueprint } from "./blueprint.ts";
export { browserWarnings } from "./browser_folders.ts";
export { calledWarnings } from "./called_check.ts";
export { checkCommands, type CommandPlaces, hasProgram, startedCommands } from "./commands.ts";
export { foreignInterpreters } from "./requirements.ts";
export { checkEnvironment } from "./environment_on_base.ts";
export { type EnvironmentFile, ImageFiles } from "./image_files.ts";
export { installedPackages } from "./installed_packages.ts";
export { relocateFacts, relocateText } from "./relocate.ts";
export { type StartPrograms, startPrograms } from "./start_programs.ts";
export { findForeignBinaries, foreignBinaryWarnings } from "./foreign_binaries.ts";
export type { Findings } from "./findings.ts";
export { evaluateMarker } from "./marker.ts";
export { namedFiles } from "./needed_modules.ts";
export { judgePlatform, type PlatformVerdict } from "./platform_check.ts";
export { surroundingWarnings } from "./surroundings.ts";
export { requireOnlyWithout, withoutDependencies } from "./without_dependencies.ts";
export type {
  CheckFacts,
  FileFact,
  FolderFact,
  Found,
  HostRccFact,
  ImageFact,
  OutputFact,
  RegistryFact,
  SpaceFact,
  ToResolve,
} from "./check_facts.ts";
export { doctorReport } from "./doctor_report.ts";
export { isAbsent } from "./input_checks.ts";
export { checkSearchFolders } from "./search_folder.ts";
export { checkSpace } from "./space_check.ts";
export { layerContent, layerSize } from "./layer_size.ts";
export { type Check, failuresOfChecks } from "./prerequisite.ts";
export { runChecks } from "./prerequisites.ts";
export { spaceNeeds } from "./space_needs.ts";
