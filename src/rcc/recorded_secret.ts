import { Failure } from "../failure/mod.ts";
import type { FoundSecret } from "./secret_search.ts";

/** A secret that stands in what would go into the image. Its value is nowhere in here. */
export interface RecordedSecret extends FoundSecret {
  /** Whether rcc recorded it, or the robot's author left it there. */
  readonly place: "environment" | "robot";
  /** Relative to the environment or the robot's folder. */
  readonly path: string;
}

/** One failure for each file and kind, but for what the robot's author may have meant. */
export function recordedSecretFailures(found: readonly RecordedSecret[]): readonly Failure[] {
  return found.filter(isRefused).map(({ place, path, kind }) => {
    const file = `${JSON.stringify(path)} of the ${place}`;
    return new Failure(
      "environment/recorded-secret",
      `failed to pack ${file}: found ${kind}, ${CURES[place]}, or add --allow-recorded-secrets`,
    );
  });
}

const CURES = {
  environment: "change it where it was valid, and build the environment again without it",
  robot: "remove it from the file, or leave the file out with --exclude",
} as const;

/** One line for each file of the robot and each kind of what only looks like a secret there. */
export function recordedSecretWarnings(found: readonly RecordedSecret[]): readonly string[] {
  return found.filter((secret) => !isRefused(secret)).map(({ path, kind, line, column }) =>
    `${
      JSON.stringify(`${path}:${line}:${column}`)
    } has what looks like ${kind} and goes into the ` +
    `image, leave it out with "ignoreFiles" or --exclude`
  );
}

/** A robot's own files may hold examples, and passwords that are no secret. */
function isRefused({ place, isCertain }: RecordedSecret): boolean {
  return isCertain || place === "environment";
}
