import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { syncFolder } from "./sync.ts";
import { writing, type WritingOptions } from "./write_failure.ts";

/**
 * Makes the folder and those that it is in, when they are missing. They survive a power cut, for
 * what is in them is to.
 *
 * @throws {Failure} when the system refuses it.
 */
export async function makeFolder(path: string, options: WritingOptions = {}): Promise<void> {
  await writing(dirname(path), async () => {
    const highest = await mkdir(path, { recursive: true });
    if (highest === undefined) return;
    const end = dirname(resolve(highest));
    for (let folder = resolve(path); folder !== end;) {
      folder = dirname(folder);
      await syncFolder(folder);
    }
  }, options);
}
