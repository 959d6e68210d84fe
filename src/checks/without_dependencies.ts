import { Failure } from "../failure/mod.ts";
import type { CondaFile, SourcePosition } from "../robot/mod.ts";

/** Options of {@linkcode withoutDependencies}. */
export interface WithoutOptions {
  /** Where the entries stand that are to be left out. */
  readonly entries: readonly Pick<SourcePosition, "line" | "column">[];
  /** How messages name the file. */
  readonly fileName: string;
}

/**
 * The text of an environment file without some entries of its lists. All else stays with its
 * comments; a list for pip that becomes empty goes too.
 *
 * @throws {Failure} when an entry cannot be left out without breaking the rest.
 */
export async function withoutDependencies(
  text: string,
  { entries, fileName }: WithoutOptions,
): Promise<string> {
  if (entries.length === 0) return text;
  // Nearly nobody needs it, and loading what it needs takes as long as reading a robot.
  const { withoutItems } = await import("./without_items.ts");
  try {
    return withoutItems(text, entries);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw cannotLeaveOut(fileName, cause.message, { cause });
  }
}

/**
 * Requires that rcc reads in the text of {@linkcode withoutDependencies} what it read before.
 *
 * @throws {Failure} when it reads something else: not all YAML is the same to all readers.
 */
export function requireOnlyWithout(
  after: CondaFile,
  { before, entries }: { readonly before: CondaFile; readonly entries: WithoutOptions["entries"] },
): void {
  if (packagesIn(after) === packagesIn(before, entries)) return;
  const why = "its YAML is read otherwise by others than rcc, write it plainer";
  throw cannotLeaveOut(after.fileName, why);
}

/** All packages but those at some places. */
function packagesIn(
  { dependencies, pip }: CondaFile,
  without: WithoutOptions["entries"] = [],
): string {
  const unwanted = new Set(without.map(({ line, column }) => `${line}:${column}`));
  const kept = [dependencies, pip].map((list) =>
    list.filter(({ line, column }) => !unwanted.has(`${line}:${column}`)).map(({ text }) => text)
  );
  return JSON.stringify(kept);
}

function cannotLeaveOut(fileName: string, why: string, options: ErrorOptions = {}): Failure {
  return new Failure(
    "robot/platform",
    `failed to prepare "${fileName}" for linux-64: ${why}`,
    options,
  );
}
