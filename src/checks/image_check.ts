import type { CheckFacts } from "./check_facts.ts";
import { type Check, failed, passed, skipped } from "./prerequisite.ts";

/** Whether the base image is there. */
export function checkBase({ base }: CheckFacts): Check {
  const name = "base image";
  if ("error" in base) return failed(name, base.error);
  if ("notNeeded" in base) return skipped(name, base.notNeeded);
  const { name: given, digest, isRead } = base.found;
  const facts = [
    ...(digest === undefined ? [] : [digest]),
    ...(isRead ? [] : ["its layers will be downloaded"]),
  ];
  return passed(name, [given, ...facts].join(", "));
}

/** Whether an image can be made of all this, and its robot will start. */
export function checkImage({ image }: CheckFacts): Check {
  const name = "image";
  if ("error" in image) return failed(name, image.error);
  if ("notNeeded" in image) return skipped(name, image.notNeeded);
  return passed(name, image.found.names.join(", "));
}
