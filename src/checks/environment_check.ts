import { Failure, failuresOf } from "../failure/mod.ts";
import type { CheckFacts } from "./check_facts.ts";
import { type Check, failed, passed, skipped } from "./prerequisite.ts";

/** Whether the environment is there, or is going to be. */
export function checkCatalog({ environment }: CheckFacts): Check {
  const name = "environment";
  if ("notNeeded" in environment) return skipped(name, environment.notNeeded);
  if ("toResolve" in environment) {
    return skipped(name, `${environment.toResolve}, rcc is going to resolve it`);
  }
  if ("error" in environment) return failed(name, environment.error);
  const { hash, library, warnings } = environment.found;
  const message = `${hash} in ${library}`;
  if (warnings.length === 0) return passed(name, message);
  return {
    name,
    status: "warning",
    message: `${message}: ${warnings.join("; ")}`,
    cure: "build the environment on Linux, unless the packages bring these files themselves",
  };
}

/** Whether the host has an rcc that resolves, where that is needed. */
export function checkHostRcc({ environment, hostRcc }: CheckFacts): Check {
  const name = "rcc of this host";
  const { path, version } = hostRcc;
  if (path !== undefined) {
    return passed(name, version === undefined ? path : `${path}, version ${version}`);
  }
  if (!("toResolve" in environment)) return skipped(name, "nothing is to be resolved");
  const cure = "put rcc on PATH, or name a library that has the environment with --hololib";
  const found = "failed to find rcc on PATH: it must resolve the environment";
  return {
    ...failed(name, new Failure("rcc/host", `${found}, ${cure}`)),
    message: "none on PATH, and it must resolve the environment",
    cure,
  };
}

/** Whether nothing is wrong but that nobody has built it. */
export function isAbsent(error: unknown): boolean {
  const failures = failuresOf(error);
  return failures.length > 0 && failures.every(({ id }) => ABSENT.has(id));
}

const ABSENT: ReadonlySet<string> = new Set([
  "environment/catalog-not-found",
  "environment/library-not-found",
]);
