import { basename } from "node:path/posix";
import type { Failure } from "../failure/mod.ts";
import { discardBody, HttpError, type HttpErrorKind, readBody } from "../http/mod.ts";
import { downloadFailure } from "./download_failure.ts";
import type { Release } from "./release.ts";
import { readingRelease, type ReleaseRequestOptions } from "./release_request.ts";

const LARGEST_LIST = 1024 * 1024;
/** By these a host says that there is no such file. Anything else says nothing about it. */
const ABSENT: ReadonlySet<number> = new Set([404, 410]);

/** By these nothing can be had of a host, the release neither. */
const UNREACHED: ReadonlySet<HttpErrorKind> = new Set<HttpErrorKind>(
  ["name", "refused", "unreachable", "connect-timeout", "certificate", "not-tls", "proxy"],
);

/**
 * The SHA-256 that is published beside a release. Many publish none.
 *
 * @returns `undefined` when the host says that there is none.
 * @throws {Failure} when it does not say: an answer that is held back must not make it unverified.
 */
export async function publishedChecksum(
  release: Release,
  options: ReleaseRequestOptions,
): Promise<string | undefined> {
  const { url, checksums } = release;
  for (const place of checksums) {
    const list = await readList(place, { ...options, release });
    const found = list && findChecksum(list, basename(url.pathname));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The lines of a list of checksums; `undefined` when there is none. */
async function readList(
  place: URL,
  { release, ...options }: ReleaseRequestOptions & { readonly release: Release },
): Promise<readonly ListedChecksum[] | undefined> {
  const unknown = (why: string, cause?: unknown): Failure => {
    const message = `its SHA-256 in "${place.pathname}" cannot be read (${why}), state it by ` +
      `--rcc-sha256`;
    return downloadFailure(release, message, cause);
  };
  try {
    return await readingRelease(place, options, async (response) => {
      const { status } = response;
      if (status === 200) {
        const text = new TextDecoder().decode(await readBody(response, LARGEST_LIST));
        const list = parseChecksums(text);
        if (list.length === 0) throw unknown("no list of checksums");
        return list;
      }
      await discardBody(response);
      if (ABSENT.has(status)) return undefined;
      throw unknown(`status ${status}`);
    });
  } catch (error) {
    const isNoList = error instanceof HttpError || error instanceof RangeError;
    if (!isNoList || options.signal?.aborted) throw error;
    const isUnreached = error instanceof HttpError && UNREACHED.has(error.trouble);
    throw isUnreached
      ? downloadFailure(release, error.message, error)
      : unknown(error.message, error);
  }
}

/** A line of a list of checksums. */
export interface ListedChecksum {
  /** 64 hex digits in lower case. */
  readonly sha256: string;
  /** None where a single checksum stands alone. */
  readonly name?: string;
}

/** The lines of a list as `sha256sum` prints it, with `--tag` or without; others are left out. */
function parseChecksums(text: string): readonly ListedChecksum[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, hex, name] = /^\s*\\?([0-9A-Fa-f]{64})(?:\s+\*?(.*\S))?\s*$/.exec(line) ?? [];
    const [, tagged, taggedHex] = /^SHA256 \((.+)\) = ([0-9A-Fa-f]{64})\s*$/.exec(line) ?? [];
    const sha256 = (hex ?? taggedHex)?.toLowerCase();
    const named = name ?? tagged;
    if (sha256 === undefined) return [];
    return [named === undefined ? { sha256 } : { sha256, name: named }];
  });
}

/** The SHA-256 of a file by its name, or the only one of a list when it has no name. */
function findChecksum(list: readonly ListedChecksum[], fileName: string): string | undefined {
  const named = list.find(({ name }) => name !== undefined && basename(name) === fileName);
  const alone = list.length === 1 && list[0]!.name === undefined ? list[0] : undefined;
  return (named ?? alone)?.sha256;
}
