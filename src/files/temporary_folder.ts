import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeUnused, useFolder } from "./folder_use.ts";
import { writing } from "./write_failure.ts";

/** What a user may do when the system's temporary folder is no good. */
export const OWN_TMPDIR = { otherwise: "set TMPDIR to a folder of yours" };

/** A folder among the system's temporary ones, until it is disposed of. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes one, and removes those of the same prefix whose process was killed. Other people's stay.
 *
 * @throws {Failure} when the system refuses it.
 */
export async function temporaryFolder(prefix: string): Promise<TemporaryFolder> {
  await sweepFolders(prefix);
  return await makeFolder(prefix);
}

/** In use until it is disposed of; one that is not in use has lost its process. */
async function makeFolder(prefix: string): Promise<TemporaryFolder> {
  const path = await writing(tmpdir(), () => mkdtemp(join(tmpdir(), prefix)), OWN_TMPDIR);
  const use = await useFolder(path);
  if (use === undefined) return await makeFolder(prefix); // Another process took it for a stale one.
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      use[Symbol.dispose]();
    },
  };
}

async function sweepFolders(prefix: string): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((name) => name.startsWith(prefix))) {
    await removeUnused(join(tmpdir(), name), () => Promise.resolve(false)).catch(() => {});
  }
}
