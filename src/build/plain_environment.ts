import { blueprintHash, blueprintText, findEnvironment } from "../holotree/mod.ts";
import type { PlainEnvironment } from "../plan/mod.ts";
import type { Robot } from "../robot/mod.ts";
import type { Context } from "./session.ts";
import type { EnvironmentRequest } from "./request.ts";

/**
 * What the robot's folder alone says of the environment: its blueprint's hash, and where it was
 * recorded when there is a hololib.zip beside robot.yaml.
 */
export async function plainEnvironment(
  { environment, hololibZip }: Robot,
  { catalog }: EnvironmentRequest,
  { signal }: Context,
): Promise<PlainEnvironment | undefined> {
  if (environment === undefined) return undefined;
  const blueprint = blueprintHash(blueprintText(environment.conda));
  if (hololibZip === undefined) return { hash: blueprint };
  const candidates = [{ path: hololibZip, origin: "robot" }] as const;
  const found = await findEnvironment(candidates, { catalog, blueprint }, { signal });
  const { path, rcc, blueprint: hash } = found.catalog;
  return { hash, recorded: { path, rcc } };
}
