import { Failure, failuresOf, joinFailures } from "../failure/mod.ts";
import type { CheckFacts, FolderFact, RegistryFact } from "./check_facts.ts";
import { type Check, type CheckFunction, failed, passed, skipped } from "./prerequisite.ts";

/** Whether the image can be written where it is to go. */
export function checkOutputs({ outputs }: CheckFacts): Check {
  const name = "outputs";
  if (outputs.length === 0) return skipped(name, "none is asked for");
  const failures = outputs.flatMap(({ error }) => failuresOf(error));
  if (failures.length > 0) return failed(name, joinFailures(failures));
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

/** Whether the registries that will be asked give an answer, and grant what will be asked for. */
export function checkRegistries({ registries }: CheckFacts): Check {
  const name = "registries";
  if (registries.length === 0) return skipped(name, "none will be asked");
  const failures = registries.flatMap(({ error, ...registry }) =>
    registry.problem === undefined ? failuresOf(error) : unreachable(registry)
  );
  if (failures.length === 0) {
    const uses = new Set(registries.map(({ host, use }) => `${host} to ${use}`));
    return passed(name, [...uses].join(", "));
  }
  return failed(name, joinFailures(failures));
}

const REGISTRY_CURES = {
  pull: "or build on an image of this machine, --base-image oci:dir",
  push: "or write the image with --save",
} as const;

function unreachable({ host, use, problem }: RegistryFact): Failure {
  return new Failure(
    "base/registry-connection",
    `failed to reach registry "${host}" to ${use}: ${problem}, ${REGISTRY_CURES[use]}`,
  );
}
