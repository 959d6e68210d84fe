import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { measureBytes } from "../bytes/mod.ts";
import { readFileBytes, withFileLock, writeFileAtomic } from "../files/mod.ts";
import { type Digest, parseObject } from "../oci/mod.ts";
import type { Endpoint } from "./place.ts";

/** Uploads that were begun and not ended, so that another run of the program goes on with them. */
export interface UploadStates {
  /** The address of the upload session, `undefined` when none is known. */
  load(upload: UploadKey): Promise<URL | undefined>;
  save(upload: UploadKey, address: URL): Promise<void>;
  forget(upload: UploadKey): Promise<void>;
  /** Runs `work` while no other process uploads the same, and tells it whether one did. */
  alone<Result>(
    upload: UploadKey,
    work: (waited: boolean) => Promise<Result>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Result>;
}

/** Which blob goes where. */
export interface UploadKey {
  readonly place: Endpoint;
  readonly digest: Digest;
}

/** Registries throw sessions away sooner: https://distribution.github.io/distribution/about/configuration/#maintenance */
const LONGEST_LIFE_MS = 7 * 24 * 3600 * 1000;

/**
 * Keeps them in a folder, one file for each upload that nobody else may read: an upload's address is
 * a right to write. Old ones are removed when the first is asked for.
 */
export function uploadStatesIn(folder: string, now: () => number): UploadStates {
  let ready: Promise<void> | undefined;
  const path = ({ place: { host, repository }, digest }: UploadKey, suffix: string) => {
    const name = new TextEncoder().encode(`${host} ${repository} ${digest}`);
    return join(folder, `${measureBytes(name).sha256}${suffix}`);
  };
  const prepare = () => ready ??= prepareFolder(folder, now());
  return {
    async load(upload) {
      await prepare();
      return await readAddress(path(upload, ".json"));
    },
    async save(upload, address) {
      await prepare();
      const { place: { host, repository }, digest } = upload;
      const state = JSON.stringify({ host, repository, digest, address: address.href });
      await writeFileAtomic(path(upload, ".json"), new TextEncoder().encode(state), {
        mode: 0o600,
      });
    },
    async forget(upload) {
      await rm(path(upload, ".json"), { force: true });
    },
    async alone(upload, work, { signal } = {}) {
      await prepare();
      let waited = false;
      const lock = path(upload, ".lock");
      return await withFileLock(lock, async () => {
        const result = await work(waited);
        // Who waits for it now finds the blob there, whatever file it holds.
        await rm(lock, { force: true }).catch(() => {});
        return result;
      }, {
        ...(signal === undefined ? {} : { signal }),
        onWait: () => waited = true,
      });
    },
  };
}

/** Keeps nothing. */
export const NO_UPLOAD_STATES: UploadStates = {
  load: () => Promise.resolve(undefined),
  save: () => Promise.resolve(),
  forget: () => Promise.resolve(),
  alone: (_upload, work) => work(false),
};

async function prepareFolder(folder: string, now: number): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > LONGEST_LIFE_MS) await rm(path, { force: true });
  }
}

/** A state that cannot be read is none. */
async function readAddress(path: string): Promise<URL | undefined> {
  try {
    const { address } = parseObject(await readFileBytes(path));
    return typeof address === "string" ? URL.parse(address) ?? undefined : undefined;
  } catch {
    return undefined;
  }
}
