import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { formatBytes, Measure } from "../bytes/mod.ts";
import { Failure } from "../failure/mod.ts";
import { createAtomicFile } from "../files/mod.ts";
import { discardBody, HttpError, type HttpResponse } from "../http/mod.ts";
import { CURE, type RccFile, staticRccFault } from "./check_rcc.ts";
import { downloadFailure } from "./download_failure.ts";
import { keptPath } from "./kept_rcc.ts";
import { publishedChecksum } from "./published_checksum.ts";
import { type Release, RELEASE_FILE } from "./release.ts";
import { readingRelease, type ReleaseRequestOptions } from "./release_request.ts";

/** Options of {@linkcode fetchRelease}. */
export interface FetchReleaseOptions extends ReleaseRequestOptions {
  /** What the content must be, as 64 hex digits in lower case. */
  readonly sha256?: string | undefined;
  /** Told of a download that begins, with its size in bytes where the host says it. */
  readonly onStart?: (host: string, size: number | undefined) => void;
  /** Told the bytes of each chunk that came. */
  readonly onProgress?: (bytes: number) => void;
  /** Told in words that nothing says what the content must be. */
  readonly onUnverified?: (message: string) => void;
  /** The most bytes that are taken, {@linkcode LARGEST_RCC} by default. */
  readonly largest?: number;
}

/** Many times as large as any rcc: what goes on beyond it is no rcc, and may have no end. */
const LARGEST_RCC = 512 * 1024 * 1024;

/**
 * Downloads a release into a folder, where it appears whole, and only when it is what it should be.
 *
 * @throws {Failure} when it is not, or cannot be had.
 */
export async function fetchRelease(
  folder: string,
  release: Release,
  options: FetchReleaseOptions,
): Promise<RccFile> {
  const { http, signal } = options;
  requireSafePlace(release, options);
  const sha256 = options.sha256 ?? await publishedChecksum(release, { http, signal });
  try {
    const file = await readingRelease(
      release.url,
      options,
      (response) => keep(response, folder, { release, ...options, sha256 }),
    );
    if (sha256 === undefined) options.onUnverified?.(unverified(release, file.sha256));
    return file;
  } catch (error) {
    if (signal?.aborted || !(error instanceof HttpError)) throw error;
    throw downloadFailure(release, error.message, error);
  }
}

/** What is said of a release that is taken as it comes. @param sha256 Of what came, once it did. */
export function unverified({ version, url }: Release, sha256?: string): string {
  const what = sha256 === undefined ? "" : `: its SHA-256 is ${sha256}`;
  return `rcc ${version} is taken unverified, for "${url.host}" publishes no SHA-256 of it${what}, ` +
    `state the one that is right by --rcc-sha256`;
}

/** @throws {Failure} when somebody on the way could give another file. */
export function requireSafePlace(
  release: Release,
  { http, sha256 }: Pick<FetchReleaseOptions, "http" | "sha256">,
): void {
  const { url } = release;
  if (url.protocol === "http:" && !http.allowsPlain(url) && sha256 === undefined) {
    throw downloadFailure(
      release,
      "it comes without encryption, state its SHA-256 by --rcc-sha256",
    );
  }
}

interface KeepOptions extends FetchReleaseOptions {
  readonly release: Release;
}

async function keep(
  response: HttpResponse,
  folder: string,
  { release, ...options }: KeepOptions,
): Promise<RccFile> {
  const { sha256: expected, signal, onStart, onProgress, largest = LARGEST_RCC } = options;
  await requireFile(response, release);
  const size = sizeOf(response);
  if (size !== undefined && size > largest) {
    await discardBody(response);
    throw tooLarge(release, largest);
  }
  onStart?.(response.url.host, size);
  await using file = await createAtomicFile(join(folder, RELEASE_FILE), { mode: 0o755 });
  const measure = new Measure();
  for await (const chunk of response.body) {
    signal?.throwIfAborted();
    measure.update(chunk);
    if (measure.size > largest) throw tooLarge(release, largest);
    file.write(chunk);
    onProgress?.(chunk.length);
  }
  const { sha256, size: received } = measure.finish();
  if (size !== undefined && received !== size) {
    throw new HttpError("broken", `${received} of ${size} bytes came, try again`);
  }
  if (expected !== undefined && sha256 !== expected) {
    throw wrongContent(release, { sha256, expected });
  }
  const fault = await staticRccFault(file.temporaryPath);
  if (fault !== undefined) {
    throw downloadFailure(
      release,
      `found ${fault}, expected a static Linux amd64 program, check RCC_OCI_RCC_URL`,
    );
  }
  // A new file's mode is less the umask.
  await chmod(file.temporaryPath, 0o755);
  const path = keptPath(folder, sha256);
  await file.commit(path);
  return { path, size: received, sha256 };
}

/** @throws {Failure} when the answer is no file. */
export async function requireFile(
  response: HttpResponse,
  release: Release,
): Promise<void> {
  const { status, url } = response;
  if (status === 200) return;
  await discardBody(response);
  throw downloadFailure(
    release,
    status === 404
      ? "there is no such release (status 404), check --rcc-version and RCC_OCI_RCC_URL"
      : `${url.host} answered with status ${status}, try again`,
  );
}

/** In bytes, where the host says it. */
export function sizeOf({ headers }: HttpResponse): number | undefined {
  const text = headers["content-length"] ?? "";
  const isPlain = headers["content-encoding"] === undefined;
  return isPlain && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

function tooLarge(release: Release, largest: number): Failure {
  const most = `at most ${formatBytes(largest)} are taken, check RCC_OCI_RCC_URL`;
  return downloadFailure(release, `it is larger than any rcc, ${most}`);
}

function wrongContent(
  { version, url }: Release,
  { sha256, expected }: { readonly sha256: string; readonly expected: string },
): Failure {
  return new Failure(
    "rcc/checksum",
    `failed to download rcc ${version} from "${url.host}": its SHA-256 is ${sha256}, expected ` +
      `${expected}, or ${CURE}`,
  );
}
