import { Failure } from "../failure/mod.ts";

/** A secret that stands in what would go into the image. Its value is nowhere in here. */
export interface RecordedSecret {
  /** Whether rcc recorded it, or the robot's author left it there. */
  readonly place: "environment" | "robot";
  /** Relative to the environment or the robot's folder. */
  readonly path: string;
  /** In words that follow "found". */
  readonly kind: string;
}

/** One failure for each file and kind. */
export function recordedSecretFailures(found: readonly RecordedSecret[]): readonly Failure[] {
  return found.map(({ place, path, kind }) => {
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
