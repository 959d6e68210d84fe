import type { Failure } from "../failure/mod.ts";
import type { UploadSession } from "./upload_session.ts";

/** What ended a try before the blob was there, and may pass. */
export interface Interruption {
  readonly session: UploadSession;
  /** In words. */
  readonly reason: string;
  /** The value of a `Retry-After` header. */
  readonly retryAfter?: string | undefined;
  /** Whether the session is of no more use. */
  readonly anew: boolean;
  /** What is thrown when it was the last try. */
  readonly failure: Failure;
}

/** No registry that wants chunks wants smaller ones, for some storages take none. */
const LEAST_CHUNK = 5 * 1024 * 1024;
/** The first that is tried when something before a registry refuses a body for its size. */
const SMALLER_CHUNK = 64 * 1024 * 1024;
/** The last: proxies often take 1 MiB, if nobody has told them otherwise. */
const SMALLEST_CHUNK = 256 * 1024;

/** Less than this brings nobody further: byte by byte an upload would never end. */
export const LEAST_PROGRESS = 16 * 1024;

/** How an upload is getting on, over all its tries and sessions. */
export class UploadProgress {
  /** The most bytes that the registry was known to have. */
  furthest = 0;
  /** Tries since it last came further. */
  failures = 0;
  #countedFrom = 0;
  #chunkSize: number | undefined;
  #leastChunk = SMALLEST_CHUNK;

  constructor(chunkSize: number | undefined) {
    this.#chunkSize = chunkSize;
  }

  /** Takes note of what the registry has. */
  reached({ offset, leastChunk }: UploadSession): void {
    if (leastChunk !== undefined) {
      this.#leastChunk = Math.max(leastChunk, LEAST_CHUNK);
      this.#chunkSize ??= this.#leastChunk;
    }
    if (offset <= this.furthest) return;
    this.furthest = offset;
    if (offset - this.#countedFrom < LEAST_PROGRESS) return;
    this.#countedFrom = offset;
    this.failures = 0;
  }

  /** Bytes of one request; `undefined` for all in one. */
  get chunkSize(): number | undefined {
    return this.#chunkSize && Math.max(this.#chunkSize, this.#leastChunk);
  }

  /** Goes on with chunks smaller than one that was refused. False: it was as small as can be. */
  shrink(refused: number): boolean {
    if (refused <= this.#leastChunk) return false;
    this.failures = 0; // Another way is another beginning.
    this.#chunkSize = Math.min(SMALLER_CHUNK, Math.floor(refused / 4));
    return true;
  }

  /**
   * A connection that breaks again, and nothing has arrived: that is also how a body too large is
   * refused by some, who do not wait until somebody hears them say so.
   */
  broke(sent: number): void {
    const { failures } = this;
    const wasWhole = this.#chunkSize === undefined;
    if (failures > 0 && this.shrink(sent) && !wasWhole) this.failures = failures;
  }
}
