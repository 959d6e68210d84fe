import { join } from "node:path";
import { type Failure, throwFailures } from "../failure/mod.ts";
import { type EarlyResult, type FileHead, readFileHead } from "./file_head.ts";
import { collectFailures } from "./collect_failures.ts";
import { packFailure } from "./pack_failure.ts";
import { quote } from "./quote.ts";
import type { RobotFile } from "./robot_entry.ts";
import { isSecretName } from "./secret_name.ts";
import type { Member } from "./walk.ts";
import type { RobotWarning } from "./warning.ts";

/** Options of {@linkcode readFiles}. */
export interface ReadFilesOptions {
  readonly directory: string;
  readonly hostOs: NodeJS.Platform;
  /** Whether rcc ends a file's lines in LF. */
  readonly isFixed: (path: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** The files of a robot, and what their authors may not know. */
export interface FileEntries {
  readonly entries: readonly RobotFile[];
  readonly warnings: readonly RobotWarning[];
  /** Those that begin as a result of this program does. */
  readonly results: ReadonlyMap<string, EarlyResult>;
}

/** How many files are open at once. */
const AT_ONCE = 16;

/**
 * Looks into every file, at its first bytes only.
 *
 * @throws {Failure} or {Failures} for each that cannot be read.
 */
export async function readFiles(
  members: readonly Member[],
  options: ReadFilesOptions,
): Promise<FileEntries> {
  const files = members.filter((member) => member.type === "file");
  const failures: Failure[] = [];
  const entries: RobotFile[] = [];
  const warnings: RobotWarning[] = [];
  const results = new Map<string, EarlyResult>();
  for (let start = 0; start < files.length; start += AT_ONCE) {
    options.signal?.throwIfAborted();
    const read = files.slice(start, start + AT_ONCE).map((file) =>
      collectFailures(failures, () => readEntry(file, options))
    );
    for (const file of await Promise.all(read)) {
      if (file === undefined) continue;
      entries.push(file.entry);
      warnings.push(...warningsOf(file, options));
      if (file.head.result !== undefined) results.set(file.entry.path, file.head.result);
    }
  }
  throwFailures(failures);
  return { entries, warnings, results };
}

type MetFile = Extract<Member, { readonly type: "file" }>;

interface ReadEntry {
  readonly entry: RobotFile;
  readonly head: FileHead;
}

async function readEntry(
  { path, size, mode, seen }: MetFile,
  { directory, hostOs }: ReadFilesOptions,
): Promise<ReadEntry> {
  const absolute = join(directory, path);
  const head = await readFileHead(absolute).catch((error) => {
    throw packFailure(path, error);
  });
  const { interpreter, isProgram } = head;
  const isExecutable = hostOs === "win32" ? isProgram : (mode & 0o111) !== 0;
  const entry: RobotFile = {
    type: "file",
    path,
    absolute,
    size,
    mode: isExecutable ? 0o755 : 0o644,
    ...(interpreter === undefined ? {} : { interpreter }),
    seen,
  };
  return { entry, head };
}

function warningsOf(
  { entry: { path }, head }: ReadEntry,
  { isFixed }: ReadFilesOptions,
): readonly RobotWarning[] {
  const warnings: RobotWarning[] = [];
  if (head.hasCarriageReturn && !isFixed(path)) {
    const why = `its first line ends in CR LF, and Linux looks for "${head.interpreter ?? ""}\\r"`;
    warnings.push({
      kind: "shebang",
      message: `${quote(path)} cannot be executed: ${why}, save it with LF`,
    });
  }
  if (isSecretName(path)) {
    warnings.push({
      kind: "secret",
      message: `${quote(path)} looks like a secret and goes into the image, ` +
        `leave it out with "ignoreFiles" or --exclude`,
    });
  }
  return warnings;
}
