import { isPath } from "../base/mod.ts";
import { Failure, messageOf } from "../failure/mod.ts";
import { blueprintHash, blueprintText, findEnvironment } from "../holotree/mod.ts";
import { formatReference, parseReference, type Reference, withDefaultTag } from "../oci/mod.ts";
import type { PlainEnvironment, PlainFacts } from "../plan/mod.ts";
import type { Robot } from "../robot/mod.ts";
import type { BuildRequest, EnvironmentRequest } from "./request.ts";
import { type Context, openSession } from "./session.ts";

/** Options of {@linkcode plainBase}. */
export interface PlainBaseOptions {
  /** Whether the digest is wanted too. */
  readonly pin: boolean;
  readonly context: Context;
}

/** The base as FROM names it: by its full name, which builders agree on. */
export async function plainBase(
  request: BuildRequest,
  { pin, context }: PlainBaseOptions,
): Promise<PlainFacts["base"]> {
  const reference = parseBase(request.base.name);
  const { digest, ...named } = reference;
  const name = formatReference(digest === undefined ? withDefaultTag(named) : named);
  if (digest !== undefined) return { name, digest };
  if (!pin) return { name };
  using session = await openSession(request, context);
  const image = await session.registries.client.pullImage(withDefaultTag(reference), {
    signal: context.signal,
  });
  return { name, digest: image.descriptor.digest };
}

const CURE = "write --context, which has the base in it";

function parseBase(name: string): Reference {
  if (/^(?:oci|oci-archive|docker-archive):/.test(name) || isPath(name)) {
    throw refusal(name, `FROM knows images of registries only, push it to one, or ${CURE}`);
  }
  if (name === "scratch") throw refusal(name, `it has no /bin/sh, name another, or ${CURE}`);
  try {
    return parseReference(name);
  } catch (error) {
    throw refusal(name, messageOf(error));
  }
}

function refusal(name: string, why: string): Failure {
  return new Failure("usage/reference", `failed to begin a Dockerfile from "${name}": ${why}`);
}

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
