import type { CheckFacts } from "./check_facts.ts";
import { type Check, failed, passed } from "./prerequisite.ts";

/** Whether the system allows as many open files as the workers need. */
export function checkOpenFiles({ host: { openFiles } }: CheckFacts): Check {
  const name = "open files";
  return openFiles === undefined ? passed(name, "enough are allowed") : failed(name, openFiles);
}
