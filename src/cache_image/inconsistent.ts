import { Failure } from "../failure/mod.ts";

/** An image that contradicts itself. */
export function inconsistent(name: string, what: string, cause?: Error): Failure {
  return new Failure(
    "environment/cache-image",
    `failed to take layers from "${name}": ${what}; name another image with --cache-from, or push ` +
      "it again from where the environment's library is",
    cause === undefined ? {} : { cause },
  );
}
