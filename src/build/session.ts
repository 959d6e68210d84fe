import { registriesOf } from "../base/mod.ts";
import type { Reference } from "../oci/mod.ts";
import { connectRegistries, type Registries } from "../registry/mod.ts";
import type { Reporter } from "../report/mod.ts";
import { BlobCache, cacheFolder } from "../store/mod.ts";
import type { BuildRequest } from "./request.ts";

/** What a command has of the world around it. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `linux`, `darwin` or `win32`. */
  readonly hostOs: string;
  /** As in `process.arch`. */
  readonly hostArch: string;
  /** Versions of the runtime and its libraries. */
  readonly runtime: Readonly<Record<string, string | undefined>>;
  readonly cores: number;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** What all steps of a build work with. */
export interface Session {
  readonly context: Context;
  readonly cache: BlobCache;
  readonly registries: Registries;
}

/** What decides how a session is connected. */
export type SessionRequest = Pick<BuildRequest, "base" | "image" | "outputs" | "connection">;

/** Nothing is connected or written yet. Disposing closes the connections. */
export async function openSession(
  { base, image, outputs, connection }: SessionRequest,
  context: Context,
): Promise<Session & Disposable> {
  const { env, hostOs, signal, reporter } = context;
  const cacheDirectory = cacheFolder({ env, platform: hostOs });
  const registries = await connectRegistries({
    ...connection,
    env,
    signal,
    cacheDirectory,
    registries: credentialRegistries({
      push: outputs.push,
      tags: image.tags,
      baseImage: base.name,
    }),
    onDetail: (line) => reporter.detail(line),
  });
  return {
    context,
    cache: new BlobCache(cacheDirectory),
    registries,
    [Symbol.dispose]: () => registries[Symbol.dispose](),
  };
}

/** What decides who is told the credentials. */
export interface CredentialTargets {
  readonly push: boolean;
  readonly tags: readonly Reference[];
  readonly baseImage: string;
}

/**
 * The registries that credentials given by hand are for: those that are pushed to, and without
 * `--push` the base image's. A base on another registry must not learn the password of the target.
 */
export function credentialRegistries(
  { push, tags, baseImage }: CredentialTargets,
): readonly string[] {
  return push ? [...new Set(tags.map(({ registry }) => registry))] : registriesOf(baseImage);
}
