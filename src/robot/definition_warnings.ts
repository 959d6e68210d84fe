import { quote } from "./quote.ts";
import type { RobotDefinition } from "./robot_definition.ts";
import { normalPath } from "./robot_path.ts";
import type { RobotWarning } from "./warning.ts";

/** What was found on the host of what a robot.yaml names. */
export interface FoundFiles {
  readonly ignoreFiles: readonly string[];
  readonly hasEnvironment: boolean;
}

/** What rcc accepts in a robot.yaml, and its author may not know. */
export function definitionWarnings(
  definition: RobotDefinition,
  { ignoreFiles, hasEnvironment }: FoundFiles,
): readonly RobotWarning[] {
  const { artifactsDir, environmentConfigs, PATH, PYTHONPATH } = definition;
  const warnings: RobotWarning[] = [];
  for (const { text, line } of [artifactsDir, ...PATH, ...PYTHONPATH]) {
    if (!text.includes("\\")) continue;
    const message =
      `${quote(text)} in line ${line} has a "\\", which is part of a name on Linux, ` +
      `write "/" between folders`;
    warnings.push({ kind: "backslash", message });
  }
  if (normalPath(artifactsDir.text) === ".") {
    const message =
      `"artifactsDir" is the robot's own folder, so artifacts lie beside its files, ` +
      `and those of old runs go into the image, write "artifactsDir: output"`;
    warnings.push({ kind: "artifacts-dir", message });
  }
  for (const { text, line } of definition.ignoreFiles) {
    if (ignoreFiles.includes(normalPath(text))) continue;
    const message = `the ignore file ${quote(text)} in line ${line} is not there, ` +
      `so it leaves nothing out of the image`;
    warnings.push({ kind: "ignore-file", message });
  }
  if (environmentConfigs.length > 0 && !hasEnvironment) {
    const message = `no file of "environmentConfigs" is there and fits linux_amd64, ` +
      `so the robot starts without an environment`;
    warnings.push({ kind: "no-environment", message });
  }
  return warnings;
}
