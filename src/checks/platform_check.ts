import { Failure } from "../failure/mod.ts";
import type { CondaFile, RobotCommand } from "../robot/mod.ts";
import { findForeign, type ForeignDependency } from "./find_foreign.ts";
import { findNeed, type SourceTexts } from "./needed_modules.ts";

/** What {@linkcode judgePlatform} looks at. */
export interface PlatformFacts {
  readonly conda: CondaFile;
  /** What may run in the image. */
  readonly commands: readonly RobotCommand[];
  /** Texts of the files that the commands name, see `namedFiles`. */
  readonly sources?: SourceTexts;
  /** Whether nothing may be left out (`--strict-platform`). */
  readonly strict: boolean;
}

/** What becomes of the dependencies that cannot work on linux-64. */
export interface PlatformVerdict {
  /** To be left out of what is resolved and put into the image, see `withoutDependencies`. */
  readonly leftOut: readonly ForeignDependency[];
  readonly warnings: readonly string[];
  /** None: the build may go on. */
  readonly failures: readonly Failure[];
}

/**
 * Decides before an environment is resolved: dependencies that cannot work on linux-64 are left out
 * with a warning, unless that is forbidden, something plainly needs them, or nothing would be left.
 */
export function judgePlatform(facts: PlatformFacts): PlatformVerdict {
  const { conda, commands, sources = new Map(), strict } = facts;
  const leftOut = findForeign(conda);
  if (leftOut.length === 0) return { leftOut, warnings: [], failures: [] };
  if (strict) {
    const cure = "remove it, or build without --strict-platform";
    return refused(leftOut, leftOut.map((item) => failure(conda, item, { cure })));
  }
  const needed = leftOut.flatMap((item) => {
    const need = findNeed(item.modules, commands, sources);
    if (need === undefined) return [];
    const { origin, name } = need.command;
    const who = origin === "task" ? `task ${JSON.stringify(name)}` : "a preRunScript";
    const why = `, and ${who} needs it: ${need.evidence}`;
    return [failure(conda, item, { why, cure: "make the robot do without it on Linux" })];
  });
  if (needed.length > 0) return refused(leftOut, needed);
  if (leftOut.length === conda.dependencies.length + conda.pip.length) {
    const why = ", and nothing else is left to be resolved";
    const cure = "name what the robot needs on Linux";
    return refused(leftOut, leftOut.map((item) => failure(conda, item, { why, cure })));
  }
  const list = leftOut.map((item) => `${describe(conda, item)} ${item.reason}`).join(", ");
  const warning =
    `left out of the image's ${conda.fileName}, for they cannot work on linux-64: ${list}`;
  return { leftOut, warnings: [warning], failures: [] };
}

function refused(
  leftOut: readonly ForeignDependency[],
  failures: readonly Failure[],
): PlatformVerdict {
  return { leftOut, warnings: [], failures };
}

interface FailureWords {
  readonly why?: string;
  readonly cure: string;
}

function failure(
  { fileName }: CondaFile,
  { dependency: { text, line, column }, reason }: ForeignDependency,
  { why = "", cure }: FailureWords,
): Failure {
  return new Failure(
    "robot/platform",
    `failed to prepare "${fileName}" for linux-64: ${fileName}:${line}:${column}: ` +
      `${JSON.stringify(text)} ${reason}${why}, ${cure}`,
  );
}

function describe({ fileName }: CondaFile, { dependency }: ForeignDependency): string {
  return `${JSON.stringify(dependency.text)} (${fileName}:${dependency.line})`;
}
