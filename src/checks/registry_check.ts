import { Failure, Failures, failuresOf } from "../failure/mod.ts";
import type { CheckFacts, RegistryFact } from "./check_facts.ts";
import { type Check, failed, passed, skipped } from "./prerequisite.ts";

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
  return failed(name, failures.length === 1 ? failures[0]! : new Failures(failures));
}

const CURES = {
  pull: "or build on an image of this machine, --base-image oci:dir",
  push: "or write the image with --save",
} as const;

function unreachable({ host, use, problem }: RegistryFact): Failure {
  return new Failure(
    "base/registry-connection",
    `failed to reach registry "${host}" to ${use}: ${problem}, ${CURES[use]}`,
  );
}
