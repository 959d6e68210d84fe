/**
 * Watches for the other side keeping still. The watch runs only while something is expected of it:
 * a slow reader or a slow source here is not its fault.
 */
export class SilenceWatch {
  readonly #onSilence: (limitMs: number) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onSilence: (limitMs: number) => void) {
    this.#onSilence = onSilence;
  }

  /** From now on something is expected within the limit. Called again, the time starts anew. */
  expect(limitMs: number): void {
    this.rest();
    this.#timer = setTimeout(() => this.#onSilence(limitMs), limitMs);
  }

  /** Nothing is expected. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
