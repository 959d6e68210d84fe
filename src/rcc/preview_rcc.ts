import { createHttpClient, discardBody, type HttpClient, HttpError } from "../http/mod.ts";
import { notInCache, releaseFolder } from "./download.ts";
import { downloadFailure, requireFile, requireSafePlace, sizeOf } from "./fetch_release.ts";
import { chooseRcc, type FindRccOptions, type LinuxRcc } from "./find_rcc.ts";
import { findKept } from "./kept_rcc.ts";
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
export async function previewRcc(options: FindRccOptions): Promise<LinuxRcc | RccToDownload> {
  const chosen = await chooseRcc(options);
  if (chosen.origin !== "release") return chosen;
  const { version, cacheFolder, sha256 } = chosen;
  const release = releaseOf(version, options.env);
  const kept = await findKept(releaseFolder(cacheFolder, release), sha256, { remove: false });
  if (kept !== undefined) return { ...kept, origin: "release", version };
  if (options.offline) throw notInCache(version);
  const { http, signal } = options;
  if (http !== undefined) return await askRelease(release, { http, signal, sha256 });
  using own = createHttpClient({ environment: options.env });
  return await askRelease(release, { http: own, signal, sha256 });
}

interface AskOptions extends ReleaseRequestOptions {
  readonly http: HttpClient;
  readonly sha256: string | undefined;
}

async function askRelease(
  release: Release,
  { sha256, ...options }: AskOptions,
): Promise<RccToDownload> {
  requireSafePlace(release, { ...options, sha256 });
  const { version, url } = release;
  try {
    const response = await requestRelease(url, { ...options, method: "HEAD" });
    await requireFile(response, release);
    await discardBody(response);
    const size = sizeOf(response);
    const address = `${url.origin}${url.pathname}`;
    return { origin: "download", version, url: address, ...(size === undefined ? {} : { size }) };
  } catch (error) {
    if (!(error instanceof HttpError) || options.signal?.aborted) throw error;
    throw downloadFailure(release, error.message, error);
  }
}
