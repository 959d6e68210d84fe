import type { CheckFacts } from "./check_facts.ts";
import { type Check, failed, passed, skipped } from "./prerequisite.ts";

/** Whether there is an rcc for the image. */
export function checkLinuxRcc({ rcc }: CheckFacts): Check {
  const name = "rcc of the image";
  if ("error" in rcc) return failed(name, rcc.error);
  if ("notNeeded" in rcc) return skipped(name, rcc.notNeeded);
  const { path, version } = rcc.found;
  return passed(name, version === undefined ? path : `${path}, version ${version}`);
}

/** Whether host and image are of one platform. */
export function checkHostPlatform({ host, environment }: CheckFacts): Check {
  const name = "platform";
  const { platform, advice: { warning, ways } } = host;
  if (warning === undefined) return passed(name, `${platform}, as the image`);
  const cure = "found" in environment ? {} : { cure: ways.join(", or ") };
  return { name, status: "warning", message: warning, ...cure };
}
