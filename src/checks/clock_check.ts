import { Failure } from "../failure/mod.ts";
import type { CheckFacts } from "./check_facts.ts";
import { type Check, failed, passed } from "./prerequisite.ts";

/** Before this program was written, and when nobody will use it any more. */
const EARLIEST = Date.UTC(2025, 0);
const LATEST = Date.UTC(2100, 0);
/** Tokens of registries are refused when clocks differ by more. */
const FARTHEST_MS = 5 * 60_000;

const CURE = "set the clock, or have it set by the network";

/** Whether the clock can be believed: certificates, tokens and the image's time depend on it. */
export function checkClock({ host: { now, remoteNow } }: CheckFacts): Check {
  const name = "clock";
  const time = now.getTime();
  if (!(time >= EARLIEST && time < LATEST)) {
    const shown = Number.isNaN(time) ? "no time" : now.toISOString();
    const failure = new Failure(
      "rcc/clock",
      `failed to believe the clock: it says ${shown}, ${CURE}`,
    );
    return { ...failed(name, failure), message: `it says ${shown}`, cure: CURE };
  }
  const off = remoteNow === undefined ? 0 : Math.abs(time - remoteNow.getTime());
  if (!(off > FARTHEST_MS)) return passed(name, now.toISOString());
  const message = `it says ${now.toISOString()}, and a registry ${remoteNow!.toISOString()}`;
  return { name, status: "warning", message, cure: CURE };
}
