import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import ignore from "ignore";
import { unreadable } from "./read_source.ts";

/** What a robot's folder keeps to itself. */
export interface IgnoreRules {
  /**
   * The pattern that leaves a path out, and the file that it stands in, or undefined. A folder is
   * named with a `/` behind it; what lies in a folder that is left out is left out too. Paths are
   * relative to the root of what is packed.
   */
  match(path: string): IgnoreMatch | undefined;
}

export interface IgnoreMatch {
  readonly pattern: string;
  /** One of `ignoreFiles`, or `--exclude`. */
  readonly source: string;
}

/** Options of {@linkcode readIgnoreRules}. */
export interface ReadIgnoreRulesOptions {
  /** Relative to the robot's folder. */
  readonly ignoreFiles: readonly string[];
  /** Further patterns, in the same syntax. */
  readonly exclude: readonly string[];
  /** The robot's folder, relative to the root of what is packed: `.` when they are one. */
  readonly below?: string;
}

/**
 * Reads the files of `ignoreFiles`. Their patterns are those of a .gitignore in the robot's folder,
 * wherever the file lies, and what lies outside of that is matched from the root. As in rcc what any of them leaves out stays out: `!` takes back what
 * the same file said before.
 *
 * rcc itself (`rcc robot wrap`) knows less: it compares each line with the bare names of files and
 * folders, so that `/build`, `docs/*.tmp`, `**` and `!keep` match nothing there. It also leaves out
 * `.rpa`, `rcc`, `output`, `temp`, `tmp`, `__pycache__` and `__MACOSX`, which here go into the image
 * unless a pattern says otherwise.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/pathlib/walk.go (`IgnorePattern`)
 */
export async function readIgnoreRules(
  directory: string,
  { ignoreFiles, exclude, below = "." }: ReadIgnoreRulesOptions,
): Promise<IgnoreRules> {
  const texts = await Promise.all(ignoreFiles.map(async (source) => {
    const text = await readRegular(join(directory, source)).catch((error) => {
      throw unreadable(source, error);
    });
    const patterns = text.replace(/^\ufeff/, "").split(/\r?\n/);
    requireShort(patterns, source);
    return { source, patterns };
  }));
  const sets = [...texts, { source: "--exclude", patterns: exclude }].map(
    ({ source, patterns }) => ({ source, rules: ignore({ ignorecase: false }).add([...patterns]) }),
  );
  return {
    match(path) {
      const own = path.startsWith(`${below}/`) ? path.slice(below.length + 1) : path;
      if (own === "") return undefined;
      for (const { source, rules } of sets) {
        const { ignored, rule } = rules.test(own);
        if (ignored) return { source, pattern: rule?.pattern ?? "" };
      }
      return undefined;
    },
  };
}

/** Looked at before it is opened: opening a pipe would wait for a writer. */
async function readRegular(path: string): Promise<string> {
  if (!(await stat(path)).isFile()) throw new Error("it is no regular file, expected patterns");
  return await readFile(path, "utf8");
}

/** Of a path on Linux: a longer pattern is no pattern, and no regular expression can be made of it. */
const LONGEST_PATTERN = 4_096;

function requireShort(patterns: readonly string[], source: string): void {
  const line = patterns.findIndex(({ length }) => length > LONGEST_PATTERN);
  if (line < 0) return;
  throw unreadable(
    source,
    `line ${line + 1} has ${patterns[line]!.length} characters, at most ${LONGEST_PATTERN} are a ` +
      "pattern",
  );
}
