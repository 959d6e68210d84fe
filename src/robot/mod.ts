/**
 * A robot as its author wrote it: robot.yaml, the environment file, and the files that go into an
 * image. Everything is read as rcc reads it on linux_amd64, and what is wrong is said with line and
 * column, all at once.
 *
 * ```ts
 * import { chooseEnvironmentConfig, parseCondaFile } from "./mod.ts";
 *
 * const conda = parseCondaFile("channels: [conda-forge]\ndependencies: [python=3.11.7]\n", "conda.yaml");
 * console.assert(conda.dependencies[0]?.text === "python=3.11.7");
 *
 * const configs = ["environment_windows_amd64_freeze.yaml", "conda.yaml"];
 * console.assert(chooseEnvironmentConfig(configs, () => true) === "conda.yaml");
 * ```
 *
 * @module
 */
export { type CondaDependency, type CondaFile, parseCondaFile } from "./conda_file.ts";
export { type DependencyParts, dependencyParts, goTrim } from "./dependency_parts.ts";
export { chooseEnvironmentConfig } from "./environment_config.ts";
export { describeHead } from "./file_head.ts";
export { readFleet } from "./fleet.ts";
export { type GitSource, isTreeClean, readGitSource } from "./git_source.ts";
export { listRobotFiles, type RobotListing } from "./list_files.ts";
export { readRobot, type Robot } from "./robot.ts";
export { type RobotCommand, robotCommands, shellOf } from "./robot_command.ts";
export type { RobotEntry, RobotFile } from "./robot_entry.ts";
export type { SourcePosition } from "./source_text.ts";
export { taskWords } from "./task.ts";
export { fromRoot } from "./robot_path.ts";
export { plainKind } from "./yaml_scalar.ts";
export { isTimestamp } from "./yaml_timestamp.ts";
