import { registrySource } from "../base/mod.ts";
import { openCacheImage } from "../cache_image/mod.ts";
import { Failure } from "../failure/mod.ts";
import { newBaseName, openManifest, type RebaseRequest, statedBase } from "./rebase_request.ts";
import { type Context, openSession } from "./session.ts";

/** Says whether an image stands on what its base's name leads to now. @returns That. */
export async function isBaseCurrent(
  request: RebaseRequest,
  { context, json }: { readonly context: Context; readonly json: boolean },
): Promise<boolean> {
  const { reporter, signal } = context;
  using session = await openSession(request.build, context);
  const { cache, registries: { client } } = session;
  const registry = registrySource({ client, cache, pull: request.build.base.pull });
  const image = await openCacheImage(request.image, { registry, signal });
  const { name: base, digest } = statedBase(image);
  if (digest === undefined) {
    throw new Failure(
      "environment/cache-image",
      `failed to check the base of "${image.name}": "${base}" has no digest, build on one of a ` +
        "registry or an OCI layout",
    );
  }
  const name = newBaseName(image, request);
  const { descriptor } = await openManifest(name, { registry, signal });
  const isCurrent = descriptor.digest === digest;
  if (json) {
    reporter.printJson({
      image: image.name,
      base: { name, digest: descriptor.digest },
      digest,
      isCurrent,
    });
  } else {
    reporter.print(
      isCurrent
        ? `current: ${name}@${digest}`
        : `outdated: ${name} is ${descriptor.digest} now, "${image.name}" stands on ${digest}`,
    );
  }
  return isCurrent;
}
