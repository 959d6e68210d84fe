import { basename } from "node:path/posix";
import { discardBody, HttpError, readBody } from "../http/mod.ts";
import type { Release } from "./release.ts";
import { type ReleaseRequestOptions, requestRelease } from "./release_request.ts";

const LARGEST_LIST = 64 * 1024;

/** The SHA-256 that is published beside a release. Many publish none. */
export async function publishedChecksum(
  { url, checksums }: Release,
  options: ReleaseRequestOptions,
): Promise<string | undefined> {
  for (const place of checksums) {
    const list = await readList(place, options);
    const found = findChecksum(list, basename(url.pathname));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Empty when there is none: without an answer, the release itself will say what is wrong. */
async function readList(url: URL, options: ReleaseRequestOptions): Promise<string> {
  try {
    const response = await requestRelease(url, { ...options, tries: 1 });
    if (response.status === 200) {
      return new TextDecoder().decode(await readBody(response, LARGEST_LIST));
    }
    await discardBody(response);
  } catch (error) {
    const isNoList = error instanceof HttpError || error instanceof RangeError;
    if (!isNoList || options.signal?.aborted) throw error;
  }
  return "";
}

/**
 * The SHA-256 of a file in a list such as `sha256sum` prints, or a single one without a name.
 *
 * @returns `undefined` when the list has none for the file.
 */
export function findChecksum(list: string, fileName: string): string | undefined {
  const lines = list.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
  for (const line of lines) {
    const [, hex, name] = /^([0-9A-Fa-f]{64})(?:\s+\*?(.+))?$/.exec(line) ?? [];
    if (hex === undefined) continue;
    const isOurs = name === undefined ? lines.length === 1 : basename(name) === fileName;
    if (isOurs) return hex.toLowerCase();
  }
  return undefined;
}
