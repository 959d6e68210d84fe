import { join } from "node:path";
import { createAtomicFile } from "./atomic.ts";
import type { WritingOptions } from "./write_failure.ts";

/**
 * Checks whether an existing folder can be written to, by a file that is made and removed at
 * once: modes alone know nothing of read-only file systems, quotas and other rules.
 *
 * @throws {Failure} when it cannot.
 */
export async function requireWritable(folder: string, options: WritingOptions = {}): Promise<void> {
  await using _ = await createAtomicFile(join(folder, "probe"), options);
}
