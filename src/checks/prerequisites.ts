import type { CheckFacts } from "./check_facts.ts";
import { checkClock, checkHostPlatform, checkHostRcc, checkOpenFiles } from "./host_checks.ts";
import {
  checkBase,
  checkCatalog,
  checkFiles,
  checkImage,
  checkLinuxRcc,
  checkRobot,
} from "./input_checks.ts";
import {
  checkCacheFolder,
  checkOutputs,
  checkRegistries,
  checkTemporaryFolder,
} from "./output_checks.ts";
import type { Check, CheckFunction } from "./prerequisite.ts";
import { checkSpace } from "./space_check.ts";

/**
 * Everything that a build can need, in the order in which people put it right. `doctor` shows all of
 * them, `build` enforces them before it packs.
 */
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
