import { createHash } from "node:crypto";
import { join } from "node:path";
import { Failure } from "../failure/mod.ts";
import { makeFolder, sweepTemporaries, withFileLock } from "../files/mod.ts";
import { createHttpClient, type HttpClient } from "../http/mod.ts";
import { CURE, type RccFile } from "./check_rcc.ts";
import { fetchRelease, type FetchReleaseOptions } from "./fetch_release.ts";
import { findKept } from "./kept_rcc.ts";
import { type Release, releaseOf } from "./release.ts";

/** Options of {@linkcode downloadRcc}. */
export interface DownloadRccOptions extends Omit<FetchReleaseOptions, "http"> {
  /** The program's cache folder. */
  readonly cacheFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether nothing may be asked of the network. */
  readonly offline?: boolean | undefined;
  /** One that is made from the environment by default. */
  readonly http?: HttpClient | undefined;
  /** Called once when another process downloads the same. */
  readonly onWait?: () => void;
}

/**
 * The Linux rcc of a version: out of the cache, else downloaded into it. What is in the cache bears
 * its own SHA-256 in its name and is compared with it at each use, so that a bad one is never given
 * away; it appears whole or not at all, and of several processes one downloads.
 *
 * @throws {Failure} when it cannot be had, or is not what it should be.
 */
export async function downloadRcc(version: string, options: DownloadRccOptions): Promise<RccFile> {
  const { cacheFolder, env, sha256, offline = false } = options;
  const release = releaseOf(version, env);
  const folder = releaseFolder(cacheFolder, release);
  const kept = await findKept(folder, sha256);
  if (kept !== undefined) return kept;
  if (offline) throw notInCache(version);
  await makeFolder(folder, { otherwise: "set RCC_OCI_CACHE to a folder of yours" });
  return await withFileLock(
    join(folder, ".lock"),
    async () => await findKept(folder, sha256) ?? await fetchInto(folder, release, options),
    lockOptions(options),
  );
}

/** Where a release is kept. Another place may have another build of the same version. */
export function releaseFolder(
  cacheFolder: string,
  { version, url, isElsewhere }: Release,
): string {
  const place = createHash("sha256").update(url.href).digest("hex").slice(0, 16);
  return join(cacheFolder, "rcc", isElsewhere ? `${version}-${place}` : version);
}

export function notInCache(version: string): Failure {
  return new Failure(
    "rcc/not-found",
    `failed to find rcc ${version}: it is not in the cache, and --offline forbids to download ` +
      `it, ${CURE}`,
  );
}

function lockOptions({ signal, onWait }: DownloadRccOptions) {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(onWait === undefined ? {} : { onWait }),
  };
}

async function fetchInto(
  folder: string,
  release: Release,
  { http, ...options }: DownloadRccOptions,
): Promise<RccFile> {
  await sweepTemporaries(folder);
  if (http !== undefined) return await fetchRelease(folder, release, { ...options, http });
  using own = createHttpClient({ environment: options.env });
  return await fetchRelease(folder, release, { ...options, http: own });
}
