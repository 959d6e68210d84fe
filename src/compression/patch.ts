import type { ContentPatch } from "./content.ts";

/**
 * Overwrites what the patch says in a chunk of content, in place. A replacement may begin in one
 * chunk and end in the next.
 *
 * @param position Of the chunk's first byte in the content.
 */
export function applyPatch(patch: ContentPatch, chunk: Uint8Array, position: number): void {
  const end = position + chunk.length;
  for (const offset of patch.offsets) {
    if (offset >= end || offset + patch.bytes.length <= position) continue;
    const skipped = Math.max(position - offset, 0);
    const part = patch.bytes.subarray(skipped, end - offset);
    chunk.set(part, offset + skipped - position);
  }
}
