import { Failure } from "../failure/mod.ts";
import { CURE } from "./check_rcc.ts";
import type { Release } from "./release.ts";

/** A release that cannot be had, in the form that all such failures have. */
export function downloadFailure(
  { version, url }: Pick<Release, "version" | "url">,
  why: string,
  cause?: unknown,
): Failure {
  return new Failure(
    "rcc/download",
    `failed to download rcc ${version} from "${url.host}": ${why}, or ${CURE}`,
    cause === undefined ? {} : { cause },
  );
}
