import { createHttpClient, discardBody, type HttpClient, HttpError } from "../http/mod.ts";
import { notInCache, releaseFolder } from "./download.ts";
import { downloadFailure } from "./download_failure.ts";
import { requireFile, requireSafePlace, sizeOf, unverified } from "./fetch_release.ts";
import { chooseRcc, type FindRccOptions, type LinuxRcc } from "./find_rcc.ts";
import { findKept } from "./kept_rcc.ts";
import { publishedChecksum } from "./published_checksum.ts";
import { type Release, releaseOf } from "./release.ts";
import { type ReleaseRequestOptions, requestRelease } from "./release_request.ts";

/** A release that a build is going to download. */
export interface RccToDownload {
  readonly origin: "download";
  /** Without `v`. */
  readonly version: string;
  /** Its address, without credentials. */
  readonly url: string;
  /** In bytes, where the host says it. */
  readonly size?: number;
}

/**
 * The rcc that {@linkcode findRcc} would find. A release that would be downloaded is asked for by
 * HEAD, and nothing is kept.
 *
 * @throws {Failure} when there would be none, as far as can be known.
 */
export async function locateRcc(options: FindRccOptions): Promise<LinuxRcc | RccToDownload> {
  const chosen = await chooseRcc(options);
  if (chosen.origin !== "release") return chosen;
  const { version, cacheFolder, sha256 } = chosen;
  const release = releaseOf(version, options.env);
  const kept = await findKept(releaseFolder(cacheFolder, release), sha256, { remove: false });
  if (kept !== undefined) return { ...kept, origin: "release", version };
  if (options.offline) throw notInCache(version);
  const { http, signal, onUnverified } = options;
  const ask = { signal, sha256, ...(onUnverified === undefined ? {} : { onUnverified }) };
  if (http !== undefined) return await askRelease(release, { ...ask, http });
  using own = createHttpClient({ environment: options.env });
  return await askRelease(release, { ...ask, http: own });
}

interface AskOptions extends ReleaseRequestOptions {
  readonly http: HttpClient;
  readonly sha256: string | undefined;
  readonly onUnverified?: (message: string) => void;
}

async function askRelease(
  release: Release,
  { sha256, onUnverified, ...options }: AskOptions,
): Promise<RccToDownload> {
  requireSafePlace(release, { ...options, sha256 });
  const { version, url } = release;
  try {
    const response = await requestRelease(url, { ...options, method: "HEAD" });
    await requireFile(response, release);
    await discardBody(response);
    const size = sizeOf(response);
    const known = sha256 ?? await publishedChecksum(release, options);
    if (known === undefined) onUnverified?.(unverified(release));
    const address = `${url.origin}${url.pathname}`;
    return { origin: "download", version, url: address, ...(size === undefined ? {} : { size }) };
  } catch (error) {
    if (!(error instanceof HttpError) || options.signal?.aborted) throw error;
    throw downloadFailure(release, error.message, error);
  }
}
