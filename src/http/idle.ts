/** Fewer bytes than these count as none: whoever sends one a minute keeps us waiting all the same. */
const LEAST_BYTES = 1024;

/**
 * Watches for the other side keeping still. The watch runs only while something is expected of it:
 * a slow reader or a slow source here is not its fault.
 */
export class SilenceWatch {
  readonly #onSilence: (limitMs: number) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #startedAt = 0;
  /** How long it may still be silent, and what it has said since the limit began. */
  #leftMs: number | undefined;
  #bytes = 0;

  constructor(onSilence: (limitMs: number) => void) {
    this.#onSilence = onSilence;
  }

  /** From now on something is expected within the limit. Called again, the time starts anew. */
  expect(limitMs: number): void {
    this.rest();
    this.#leftMs = undefined;
    this.#bytes = 0;
    this.goOn(limitMs);
  }

  /** More is expected, within what is left of the limit. */
  goOn(limitMs: number): void {
    this.#startedAt = performance.now();
    this.#timer = setTimeout(() => this.#onSilence(limitMs), this.#leftMs ??= limitMs);
  }

  /** Nothing is expected. */
  rest(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#leftMs !== undefined) this.#leftMs -= performance.now() - this.#startedAt;
  }

  /** So much was said: enough of it, and the limit begins anew. */
  heard(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < LEAST_BYTES) return;
    this.#bytes = 0;
    this.#leftMs = undefined;
  }
}
