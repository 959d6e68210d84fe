import { Failure } from "../failure/mod.ts";
import type { CheckFacts } from "./check_facts.ts";
import { type Check, failed, passed, skipped } from "./prerequisite.ts";

/** Before this program was written, and when nobody will use it any more. */
const EARLIEST = Date.UTC(2025, 0);
const LATEST = Date.UTC(2100, 0);
/** Tokens of registries are refused when clocks differ by more. */
const FARTHEST_MS = 5 * 60_000;

const CLOCK_CURE = "set the clock, or have it set by the network";

/** Whether the clock can be believed: certificates, tokens and the image's time depend on it. */
export function checkClock({ host: { now, remoteNow } }: CheckFacts): Check {
  const name = "clock";
  const time = now.getTime();
  if (!(time >= EARLIEST && time < LATEST)) {
    const shown = Number.isNaN(time) ? "no time" : now.toISOString();
    const failure = new Failure(
      "rcc/clock",
      `failed to believe the clock: it says ${shown}, ${CLOCK_CURE}`,
    );
    return { ...failed(name, failure), message: `it says ${shown}`, cure: CLOCK_CURE };
  }
  const off = remoteNow === undefined ? 0 : Math.abs(time - remoteNow.getTime());
  if (!(off > FARTHEST_MS)) return passed(name, now.toISOString());
  const message = `it says ${now.toISOString()}, and a registry ${remoteNow!.toISOString()}`;
  return { name, status: "warning", message, cure: CLOCK_CURE };
}

/** Whether the system allows as many open files as the workers need. */
export function checkOpenFiles({ host: { openFiles } }: CheckFacts): Check {
  const name = "open files";
  return openFiles === undefined ? passed(name, "enough are allowed") : failed(name, openFiles);
}

/** Whether host and image are of one platform. */
export function checkHostPlatform({ host, environment }: CheckFacts): Check {
  const name = "platform";
  const { platform, advice: { warning, ways } } = host;
  if (warning === undefined) return passed(name, `${platform}, as the image`);
  const cure = "found" in environment ? {} : { cure: ways.join(", or ") };
  return { name, status: "warning", message: warning, ...cure };
}

/** Whether the host has an rcc that resolves, where that is needed. */
export function checkHostRcc({ environment, hostRcc }: CheckFacts): Check {
  const name = "rcc of this host";
  const { path, version } = hostRcc;
  if (path !== undefined) {
    return passed(name, version === undefined ? path : `${path}, version ${version}`);
  }
  if (!("toResolve" in environment)) return skipped(name, "nothing is to be resolved");
  const cure = "put rcc on PATH, or name a library that has the environment with --hololib";
  const found = "failed to find rcc on PATH: it must resolve the environment";
  return {
    ...failed(name, new Failure("rcc/host", `${found}, ${cure}`)),
    message: "none on PATH, and it must resolve the environment",
    cure,
  };
}
