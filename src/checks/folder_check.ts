import { Failure, Failures, failuresOf } from "../failure/mod.ts";
import type { CheckFacts, FolderFact } from "./check_facts.ts";
import { type Check, failed, passed, skipped } from "./prerequisite.ts";

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
export const checkCacheFolder = folderCheck("cache", "set RCC_OCI_CACHE to a folder of yours");

/** Whether rcc can be given an environment file. */
export const checkTemporaryFolder = folderCheck("temporary", "set TMPDIR to a folder of yours");

function folderCheck(use: FolderFact["use"], cure: string) {
  return ({ folders }: CheckFacts): Check => {
    const name = `${use} folder`;
    const folder = folders.find((fact) => fact.use === use);
    if (folder === undefined) return skipped(name, "it is not needed");
    const { path, problem } = folder;
    if (problem === undefined) return passed(name, path);
    const failure = new Failure(
      "output/unwritable",
      `failed to write the ${name} "${path}": it ${problem}, ${cure}`,
    );
    return { ...failed(name, failure), message: `"${path}" ${problem}`, cure };
  };
}
