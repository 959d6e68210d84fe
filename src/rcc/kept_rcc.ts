import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkRcc, type RccFile } from "./check_rcc.ts";
import { RELEASE_FILE } from "./release.ts";

const KEPT = new RegExp(`^${RELEASE_FILE}-([0-9a-f]{64})$`);

/** Where a release is kept: its name states its content. */
export function keptPath(folder: string, sha256: string): string {
  return join(folder, `${RELEASE_FILE}-${sha256}`);
}

/** Options of {@linkcode findKept}. */
export interface FindKeptOptions {
  /** Whether what is damaged is removed, true by default. */
  readonly remove?: boolean;
}

/** What was kept, is what its name says, and what was asked for. What is damaged is removed. */
export async function findKept(
  folder: string,
  sha256: string | undefined,
  { remove = true }: FindKeptOptions = {},
): Promise<RccFile | undefined> {
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    const named = KEPT.exec(name)?.[1];
    if (named === undefined || (sha256 !== undefined && named !== sha256)) continue;
    const path = join(folder, name);
    const file = await checkRcc(path).catch(() => undefined);
    if (file?.sha256 === named) return file;
    if (remove) await rm(path, { force: true });
  }
  return undefined;
}
