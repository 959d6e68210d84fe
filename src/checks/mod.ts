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
export { type BlueprintFacts, checkBlueprint } from "./blueprint.ts";
export { type BrowserFacts, browserWarnings } from "./browser_folders.ts";
export { type CalledFacts, calledWarnings } from "./called_check.ts";
export { CALLED_BY_PACKAGES, type CalledByPackage } from "./called_programs.ts";
export {
  checkCommands,
  type CheckCommandsOptions,
  type CommandPlaces,
  hasProgram,
  startedCommands,
} from "./commands.ts";
export { debianPackage } from "./debian_packages.ts";
export {
  type EnvironmentDemands,
  environmentDemands,
  foreignInterpreters,
  type InterpreterDemand,
} from "./demands.ts";
export {
  checkEnvironment,
  type PlacedEnvironment,
  type ProgramHost,
} from "./environment_on_base.ts";
export {
  type EnvironmentFile,
  type ImageFile,
  ImageFiles,
  type ImageFilesOptions,
} from "./image_files.ts";
export {
  type Loaded,
  Loader,
  type LoaderOptions,
  type MissingLibrary,
  type Process,
} from "./loader.ts";
export { type LibraryProblem, missingLibraries } from "./missing_libraries.ts";
export { installedPackages } from "./installed_packages.ts";
export { relocateFacts, relocateText, type Relocation } from "./relocate.ts";
export { type StartFacts, type StartPrograms, startPrograms } from "./start_programs.ts";
export { findForeign, type ForeignDependency } from "./find_foreign.ts";
export {
  findForeignBinaries,
  type ForeignBinaries,
  foreignBinaryWarnings,
} from "./foreign_binaries.ts";
export type { Findings } from "./findings.ts";
export { evaluateMarker, type Truth } from "./marker.ts";
export { namedFiles, type SourceTexts } from "./needed_modules.ts";
export { judgePlatform, type PlatformFacts, type PlatformVerdict } from "./platform_check.ts";
export { PLATFORM_PACKAGES, type PlatformPackage } from "./platform_packages.ts";
export { type SurroundingFacts, surroundingWarnings } from "./surroundings.ts";
export {
  requireOnlyWithout,
  withoutDependencies,
  type WithoutOptions,
} from "./without_dependencies.ts";
export type {
  BaseFact,
  CheckFacts,
  EnvironmentFact,
  FileFact,
  FolderFact,
  Found,
  HostFacts,
  HostRccFact,
  ImageFact,
  OutputFact,
  RegistryFact,
  RobotFacts,
  SpaceFact,
  ToResolve,
} from "./check_facts.ts";
export {
  type DoctorCheck,
  type DoctorJson,
  type DoctorReport,
  doctorReport,
} from "./doctor_report.ts";
export { isAbsent } from "./environment_check.ts";
export { checkSearchFolders } from "./search_folder.ts";
export { checkSpace } from "./space_check.ts";
export { type LayerContent, layerContent, layerSize, type LayerSizeOptions } from "./layer_size.ts";
export {
  type Check,
  type CheckFunction,
  type CheckStatus,
  failuresOfChecks,
} from "./prerequisite.ts";
export { PREREQUISITES, runChecks } from "./prerequisites.ts";
export {
  type ImagePlace,
  type SpaceNeed,
  spaceNeeds,
  type SpaceNeedsOptions,
} from "./space_needs.ts";
