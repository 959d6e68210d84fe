import { Failures, failuresOf } from "../failure/mod.ts";
import type { CheckFacts, FolderFact } from "./check_facts.ts";
import { type Check, type CheckFunction, failed, passed, skipped } from "./prerequisite.ts";

/** Whether the image can be written where it is to go. */
export function checkOutputs({ outputs }: CheckFacts): Check {
  const name = "outputs";
  if (outputs.length === 0) return skipped(name, "none is asked for");
  const failures = outputs.flatMap(({ error }) => failuresOf(error));
  if (failures.length > 0) {
    return failed(name, failures.length === 1 ? failures[0]! : new Failures(failures));
  }
  return passed(name, outputs.map(({ where }) => where).join(", "));
}

/** Whether layers can be kept for the next build. */
export const checkCacheFolder = folderCheck("cache");

/** Whether rcc can be given an environment file. */
export const checkTemporaryFolder = folderCheck("temporary");

function folderCheck(use: FolderFact["use"]): CheckFunction {
  return ({ folders }) => {
    const name = `${use} folder`;
    const folder = folders.find((fact) => fact.use === use);
    if (folder === undefined) return skipped(name, "it is not needed");
    const { path, error } = folder;
    return error === undefined ? passed(name, path) : failed(name, error);
  };
}
