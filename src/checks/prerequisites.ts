import type { CheckFacts } from "./check_facts.ts";
import { checkClock } from "./clock_check.ts";
import { checkCatalog, checkHostRcc } from "./environment_check.ts";
import { checkCacheFolder, checkOutputs, checkTemporaryFolder } from "./folder_check.ts";
import { checkBase, checkImage } from "./image_check.ts";
import { checkOpenFiles } from "./open_files_check.ts";
import type { Check, CheckFunction } from "./prerequisite.ts";
import { checkHostPlatform, checkLinuxRcc } from "./rcc_check.ts";
import { checkRegistries } from "./registry_check.ts";
import { checkFiles, checkRobot } from "./robot_check.ts";
import { checkSpace } from "./space_check.ts";

/** Everything that a build can need, in the order in which people put it right. */
export const PREREQUISITES: readonly CheckFunction[] = [
  checkHostPlatform,
  checkClock,
  checkOpenFiles,
  checkRobot,
  checkFiles,
  checkCatalog,
  checkHostRcc,
  checkLinuxRcc,
  checkBase,
  checkRegistries,
  checkOutputs,
  checkCacheFolder,
  checkTemporaryFolder,
  checkSpace,
  checkImage,
];

/** Judges facts: by all checks, or by those that are needed. */
export function runChecks(
  facts: CheckFacts,
  checks: readonly CheckFunction[] = PREREQUISITES,
): readonly Check[] {
  return checks.map((check) => check(facts));
}
