import { Failure, failuresOf, joinFailures } from "../failure/mod.ts";
import type { CheckFacts, FileFact, Found } from "./check_facts.ts";
import { type Check, failed, passed, skipped } from "./prerequisite.ts";

/** Whether the robot and its environment file can be read and make sense. */
export function checkRobot({ robot }: CheckFacts): Check {
  return checkFound(robot, {
    name: "robot",
    describe: ({ file, tasks }) => `${file} with ${tasks === 1 ? "one task" : `${tasks} tasks`}`,
  });
}

/** Whether all files that were named are there and can be read. */
export function checkFiles({ files }: CheckFacts): Check {
  const name = "files";
  if (files.length === 0) return skipped(name, "no others are named");
  const failures = files.filter(({ problem }) => problem !== undefined).map(unreadable);
  if (failures.length === 0) return passed(name, files.map(({ path }) => path).join(", "));
  return failed(name, joinFailures(failures));
}

function unreadable({ what, path, problem }: FileFact): Failure {
  return new Failure(
    "usage/file",
    `failed to read the ${what} "${path}": ${problem}, name a file that you can read`,
  );
}

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

/** Whether nothing is wrong but that nobody has built it. */
export function isAbsent(error: unknown): boolean {
  const failures = failuresOf(error);
  return failures.length > 0 && failures.every(({ id }) => ABSENT.has(id));
}

const ABSENT: ReadonlySet<string> = new Set([
  "environment/catalog-not-found",
  "environment/library-not-found",
]);

/** Whether there is an rcc for the image. */
export function checkLinuxRcc({ rcc }: CheckFacts): Check {
  return checkFound(rcc, {
    name: "rcc of the image",
    describe: ({ path, version }) => version === undefined ? path : `${path}, version ${version}`,
  });
}

/** Whether the base image is there. */
export function checkBase({ base }: CheckFacts): Check {
  return checkFound(base, {
    name: "base image",
    describe: ({ name, digest, isRead }) =>
      [
        name,
        ...(digest === undefined ? [] : [digest]),
        ...(isRead ? [] : ["its layers will be downloaded"]),
      ].join(", "),
  });
}

/** Whether an image can be made of all this, and its robot will start. */
export function checkImage({ image }: CheckFacts): Check {
  return checkFound(image, { name: "image", describe: ({ names }) => names.join(", ") });
}

interface CheckOfFound<Value> {
  readonly name: string;
  readonly describe: (value: Value) => string;
}

function checkFound<Value>(
  fact: Found<Value>,
  { name, describe }: CheckOfFound<Value>,
): Check {
  if ("error" in fact) return failed(name, fact.error);
  if ("notNeeded" in fact) return skipped(name, fact.notNeeded);
  return passed(name, describe(fact.found));
}
