import type { CheckFacts, FileFact } from "./check_facts.ts";
import { Failure, Failures } from "../failure/mod.ts";
import { type Check, failed, passed, skipped } from "./prerequisite.ts";

/** Whether the robot and its environment file can be read and make sense. */
export function checkRobot({ robot }: CheckFacts): Check {
  const name = "robot";
  if ("error" in robot) return failed(name, robot.error);
  if ("notNeeded" in robot) return skipped(name, robot.notNeeded);
  const { file, tasks } = robot.found;
  return passed(name, `${file} with ${tasks === 1 ? "one task" : `${tasks} tasks`}`);
}

/** Whether all files that were named are there and can be read. */
export function checkFiles({ files }: CheckFacts): Check {
  const name = "files";
  if (files.length === 0) return skipped(name, "no others are named");
  const failures = files.filter(({ problem }) => problem !== undefined).map(unreadable);
  if (failures.length === 0) {
    return passed(name, files.map(({ path }) => path).join(", "));
  }
  return failed(name, failures.length === 1 ? failures[0]! : new Failures(failures));
}

function unreadable({ what, path, problem }: FileFact): Failure {
  return new Failure(
    "usage/file",
    `failed to read the ${what} "${path}": ${problem}, name a file that you can read`,
  );
}
