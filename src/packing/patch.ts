import type { ContentPatch } from "./content.ts";

/** What a patch is to replace does not stand where the patch says. */
export class PatchError extends RangeError {
  override readonly name = "PatchError";
}

/**
 * Puts what a patch says into content that comes in steps. The steps themselves stay: others may
 * refer to them.
 */
export class Patching {
  readonly #patch: ContentPatch;
  #step = new Uint8Array();
  #problem: PatchError | undefined;

  constructor(patch: ContentPatch) {
    this.#patch = patch;
  }

  /** @returns The patched step, valid until the next. */
  apply(bytes: Uint8Array, position: number): Uint8Array {
    if (this.#step.length < bytes.length) this.#step = new Uint8Array(bytes.length);
    const step = this.#step.subarray(0, bytes.length);
    step.set(bytes);
    try {
      applyPatch(this.#patch, step, position);
    } catch (error) {
      if (!(error instanceof PatchError)) throw error;
      this.#problem ??= error;
    }
    return step;
  }

  /**
   * At the content's end: whether it was the right content matters more.
   *
   * @throws {PatchError} when something else stood where the patch belongs.
   */
  finish(): void {
    if (this.#problem !== undefined) throw this.#problem;
  }
}

/**
 * Overwrites what the patch says in a chunk of content, in place. A replacement may begin in one
 * chunk and end in the next.
 *
 * @param position Of the chunk's first byte in the content.
 * @throws {PatchError} when something else stands there.
 */
function applyPatch(
  { offsets, replaced, bytes }: ContentPatch,
  chunk: Uint8Array,
  position: number,
): void {
  const end = position + chunk.length;
  for (const offset of offsets) {
    if (offset >= end || offset + bytes.length <= position) continue;
    const from = Math.max(position - offset, 0);
    const to = Math.min(end - offset, bytes.length);
    const place = chunk.subarray(offset + from - position, offset + to - position);
    if (!isEqual(place, replaced.subarray(from, to))) {
      const expected = new TextDecoder().decode(replaced);
      throw new PatchError(`expected "${expected}" at byte ${offset}, found something else`);
    }
    place.set(bytes.subarray(from, to));
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
