import { setTimeout } from "node:timers/promises";

const ATTEMPTS = 10;

/**
 * Renames, replacing what is there. On Windows a virus scanner or an indexer may hold the target for
 * a moment: tried again for about five seconds.
 */
export async function renameWithRetry(from: string, to: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      await Deno.rename(from, to);
      return;
    } catch (error) {
      const mayPass = Deno.build.os === "windows" && !(error instanceof Deno.errors.NotFound);
      if (!mayPass || attempt === ATTEMPTS) throw error;
      await setTimeout(attempt * 100);
    }
  }
}
