import { Failure } from "../failure/mod.ts";
import type { Findings } from "./findings.ts";

/** What says which environment RCC will look for, and which it will find. */
export interface BlueprintFacts {
  /** The hash of the environment in the image. */
  readonly catalog: string;
  /** The hash that RCC makes of the robot's environment file in a container. */
  readonly robot: string;
  /** The environment file, relative to the robot. */
  readonly fileName: string;
  readonly sealed: boolean;
}

/**
 * RCC knows its environment by the hash of the robot's environment file, which it makes at each run:
 * with another catalog it finds none, and may not build one. A sealed image is not asked: there RCC
 * takes what lies in the space's place.
 */
export function checkBlueprint({ catalog, robot, fileName, sealed }: BlueprintFacts): Findings {
  if (catalog === robot) return { failures: [], warnings: [] };
  const found =
    `the environment ${catalog} was not built from the robot's "${fileName}", which has ` +
    `the hash ${robot}`;
  if (sealed) {
    return { failures: [], warnings: [`${found}: the sealed image runs with it all the same`] };
  }
  const message =
    `failed to use catalog "${catalog}": ${found}, and rcc would look for that in the ` +
    `container; build an environment for this file, give the file that this one was built from, or ` +
    `add --sealed`;
  return { failures: [new Failure("environment/blueprint", message)], warnings: [] };
}
