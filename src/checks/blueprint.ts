import { Failure } from "../failure/mod.ts";
import type { Findings } from "./findings.ts";

/** What says which environment RCC will look for, and which it will find. */
export interface BlueprintFacts {
  /** The hash of the environment in the image. */
  readonly catalog: string;
  /** The hash that RCC makes of the robot's environment file in a container. */
  readonly robot: string;
  /** The hash that RCC makes of it on this machine, which has a channel of its own. */
  readonly host?: { readonly localChannel: string; readonly hash: string };
  /** The environment file, relative to the robot. */
  readonly fileName: string;
  /** Whether RCC of the container takes the environment as it is. */
  readonly isTaken: boolean;
}

/**
 * RCC knows its environment by the hash of the robot's environment file, which it makes at each run:
 * with another catalog it finds none, and may not build one. Where RCC takes what lies in the space's
 * place, as in a trusted or sealed image, it does not ask.
 */
export function checkBlueprint(facts: BlueprintFacts): Findings {
  const { catalog, robot, isTaken } = facts;
  if (catalog === robot) return { failures: [], warnings: [] };
  const { found, cure } = differenceOf(facts);
  if (isTaken) {
    return { failures: [], warnings: [`${found}: the image runs with it all the same`] };
  }
  const message =
    `failed to use catalog "${catalog}": ${found}, and rcc would look for that in the ` +
    `container; ${cure}`;
  return { failures: [new Failure("environment/blueprint", message)], warnings: [] };
}

interface Difference {
  readonly found: string;
  readonly cure: string;
}

/** The folder of a channel is a part of the hash, and no container has it. */
function differenceOf({ catalog, robot, host, fileName }: BlueprintFacts): Difference {
  if (catalog === host?.hash) {
    const channel = JSON.stringify(host.localChannel);
    return {
      found: `the environment ${catalog} was built with the channel ${channel} of this machine, ` +
        `without which "${fileName}" has the hash ${robot}`,
      cure: "move that folder away and build the environment anew, or add --start trusted",
    };
  }
  return {
    found: `the environment ${catalog} was not built from the robot's "${fileName}", which has ` +
      `the hash ${robot}`,
    cure: "build an environment for this file, give the file that this one was built from, or " +
      "add --start trusted",
  };
}
