import { basename, dirname, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type FailureId, failuresOf } from "../failure/mod.ts";
import { isLockedAlone } from "../files/mod.ts";

/** Options of {@linkcode afterRecording}. */
export interface RecordingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called when it is waited for RCC. */
  readonly onRecording?: ((lock: string) => void) | undefined;
  /** The time after which no more is expected when nothing new has come, 2 minutes by default. */
  readonly limitMs?: number;
}

const LIMIT_MS = 120_000;
const POLL_MS = 250;

/** What is wrong with an environment that RCC has not recorded to its end. */
const UNFINISHED: readonly FailureId[] = [
  "environment/blob-missing",
  "environment/catalog-invalid",
];

/**
 * Does what needs an environment to be whole. RCC writes the catalog first and the content after it,
 * for half a minute and longer, under a lock of its own: while somebody holds that, what is missing
 * may yet come. The lock is asked for only when something is missing, for every run of a robot holds
 * it too.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/htfs/library.go (`Record`)
 *
 * @param library The folder of the library.
 * @throws {Failure} or {Failures} of the work when nobody records, or nothing more comes.
 */
export async function afterRecording<Result>(
  library: string,
  work: () => Promise<Result>,
  { signal, onRecording, limitMs = LIMIT_MS }: RecordingOptions = {},
): Promise<Result> {
  const lock = lockOf(library);
  let met = "";
  let since = performance.now();
  for (let isOver = false, isTold = false;;) {
    const outcome = await work().then((result) => ({ result }), (error: unknown) => ({ error }));
    if ("result" in outcome) return outcome.result;
    const failures = failuresOf(outcome.error);
    const mayCome = failures.length > 0 && failures.every(({ id }) => UNFINISHED.includes(id));
    if (isOver || !mayCome) throw outcome.error;
    const isHeld = await isLockedAlone(lock);
    if (isHeld === undefined) throw outcome.error;
    // Between the look and the question the last of it may have come.
    isOver = !isHeld;
    if (isOver) continue;
    const now = failures.map(({ message }) => message).join("\n");
    if (now !== met) since = performance.now();
    else if (performance.now() - since >= limitMs) throw outcome.error;
    met = now;
    if (!isTold) onRecording?.(lock);
    isTold = true;
    await pause(signal);
  }
}

/** The lock of the holotree that a library belongs to: in shared mode the library is in it. */
function lockOf(library: string): string {
  const path = resolve(library);
  const parent = dirname(path);
  return basename(path) === "lib"
    ? join(parent, "global.lck")
    : join(parent, "holotree", "global.lck");
}

/** Node's timer rejects with an error of its own: the reason is its cause. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch((error) => {
    signal?.throwIfAborted();
    throw error;
  });
}
