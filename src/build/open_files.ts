import { readFileSync } from "node:fs";
import { Failure } from "../failure/mod.ts";

/** What the runtime and a build have open, the worker that hashes too; measured, and some more. */
const ALWAYS_OPEN = 40;
const OPEN_IN_A_WORKER = 8;

/**
 * The runtime ends with a crash when it may not open what a worker needs, so that this is asked
 * before. The soft limit does not matter: the runtime raises it to the hard one.
 *
 * @param limits What Linux says in `/proc/self/limits`; nothing elsewhere.
 * @throws {Failure} when the system allows too few open files for so many workers.
 */
export function requireOpenFiles(jobs: number, limits = ownLimits()): void {
  const limit = Number(/^Max open files +[0-9]+ +([0-9]+) /m.exec(limits)?.[1] ?? Infinity);
  const needed = ALWAYS_OPEN + OPEN_IN_A_WORKER * jobs;
  if (limit >= needed) return;
  const ways = [
    "raise it with `ulimit -n 1024`",
    ...(jobs > 1 && limit >= ALWAYS_OPEN + OPEN_IN_A_WORKER ? ["take --jobs 1"] : []),
  ];
  throw new Failure(
    "rcc/open-files",
    `failed to begin: the system allows ${limit} open files, ${needed} are needed; ` +
      ways.join(" or "),
  );
}

/** https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html */
function ownLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}
