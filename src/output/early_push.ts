import type { StoredBlob } from "../image/mod.ts";
import { type Digest, formatReference, type Reference } from "../oci/mod.ts";
import type { PushedBlob, RegistryClient } from "../registry/mod.ts";
import type { EarlyOutput } from "./output.ts";

/** Options of {@linkcode EarlyPush}. */
export interface EarlyPushOptions {
  readonly client: Pick<RegistryClient, "pushBlob">;
  /** The first name that the image is to have. */
  readonly reference: Reference;
  readonly chunkSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Each of them reads the disk and is hashed, and others are packed meanwhile. */
const AT_ONCE = 2;

/**
 * Pushes layers while others are packed. A layer without an image is nothing to anybody: the registry
 * removes it some day. What fails is told by who waits for it.
 */
export class EarlyPush implements EarlyOutput {
  readonly #options: EarlyPushOptions;
  readonly #begun = new Map<Digest, Promise<PushedBlob>>();
  readonly #abandoned = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: EarlyPushOptions) {
    this.#options = options;
  }

  /** What becomes of the layers that were begun. */
  get begun(): ReadonlyMap<Digest, Promise<PushedBlob>> {
    return this.#begun;
  }

  take(layer: StoredBlob): void {
    const { digest } = layer.descriptor;
    if (this.#begun.has(digest)) return;
    const pushing = this.#push(layer);
    pushing.catch(() => {}); // Perhaps nobody waits for it.
    this.#begun.set(digest, pushing);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abandoned.abort();
    await Promise.allSettled(this.#begun.values());
  }

  async #push({ descriptor, blobs, checksums, reference: from }: StoredBlob): Promise<PushedBlob> {
    const { client, reference, chunkSize, signal: asked } = this.#options;
    const signal = asked === undefined
      ? this.#abandoned.signal
      : AbortSignal.any([asked, this.#abandoned.signal]);
    if (this.#running >= AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go));
    this.#running++;
    try {
      signal.throwIfAborted();
      return await client.pushBlob(reference, {
        descriptor,
        open: () =>
          blobs.open(descriptor, { signal, ...(checksums === undefined ? {} : { checksums }) }),
        ...(from === undefined ? {} : { mountFrom: [from] }),
        purpose: { action: "push", subject: formatReference(reference) },
        chunkSize,
        signal,
      });
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}
