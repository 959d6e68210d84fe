import { statfsSync } from "node:fs";
import { constants } from "node:os";
import { Failure, type FailureId } from "../failure/mod.ts";

/** Options of {@linkcode writing}. */
export interface WritingOptions {
  /** What the user may do when the place is no good, "name another place" by default. */
  readonly otherwise?: string | undefined;
}

/**
 * Does what writes in the folder. When the system refuses it, that is the user's to know: with the
 * folder, the reason and the cure. Anything else that is thrown stays as it is.
 *
 * @throws {Failure} `output/no-space`, `output/read-only`, `output/unwritable`, `rcc/open-files`.
 */
export async function writing<Result>(
  folder: string,
  work: () => Promise<Result> | Result,
  options: WritingOptions = {},
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw writeFailure(error, folder, options);
  }
}

/** {@linkcode writing} for what has been thrown already. */
export function writeFailure(
  error: unknown,
  folder: string,
  { otherwise = "name another place" }: WritingOptions = {},
): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  const { id, found, cure } =
    REASONS[code === "ENOSPC" && lacksFiles(folder) ? "no files" : code] ??
      { id: "output/unwritable", found: `the system says ${code}` };
  const action = id === "rcc/open-files" ? "open another file" : `write in "${folder}"`;
  const ways = [cure, id === "rcc/open-files" ? undefined : otherwise].filter(Boolean).join(" or ");
  return new Failure(id, `failed to ${action}: ${found}, ${ways}`, { cause: error });
}

/** The name of the system's error, where it is one: some have no `code` in Deno, but a number. */
function systemCode(error: unknown): string | undefined {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code === "string") return /^E[A-Z0-9]+$/.test(code) ? code : undefined;
  const [, number] = /\(os error (\d+)\)/.exec(message ?? "") ?? [];
  if (number === undefined || Deno.build.os === "windows") return undefined;
  return Object.entries(constants.errno).find(([, other]) => other === Number(number))?.[0];
}

interface Reason {
  readonly id: FailureId;
  readonly found: string;
  readonly cure?: string;
}

const TOO_MANY_OPEN: Reason = {
  id: "rcc/open-files",
  found: "the system allows no more open files",
  cure: "raise the limit with `ulimit -n 1024`",
};
const NOT_ALLOWED: Reason = { id: "output/unwritable", found: "it is not writable for you" };

/** By the name of the system's error. */
const REASONS: Readonly<Record<string, Reason>> = {
  "no files": {
    id: "output/no-space",
    found: "no more files fit on its file system (no inodes are left)",
    cure: "remove some",
  },
  ENOSPC: { id: "output/no-space", found: "no space is left", cure: "free some" },
  EDQUOT: { id: "output/no-space", found: "your quota is used up", cure: "free some space" },
  EFBIG: { id: "output/no-space", found: "a file of this size does not fit there" },
  EROFS: { id: "output/read-only", found: "its file system is read-only" },
  EACCES: NOT_ALLOWED,
  EPERM: NOT_ALLOWED,
  EMFILE: TOO_MANY_OPEN,
  ENFILE: TOO_MANY_OPEN,
  EIO: { id: "output/unwritable", found: "the disk reports an error", cure: "check it" },
  ENOENT: { id: "output/unwritable", found: "the folder is gone", cure: "make it again" },
};

/** A file system may be full of files while there is room for bytes: the error is the same. */
function lacksFiles(folder: string): boolean {
  try {
    const { files, ffree, bavail } = statfsSync(folder);
    return files > 0 && ffree === 0 && bavail > 0;
  } catch {
    return false;
  }
}
