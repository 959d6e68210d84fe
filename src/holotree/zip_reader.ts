import { readSync } from "node:fs";
import type { ReadAt } from "./zip_end.ts";

/** Reads from an open file, whose archive begins at the offset. */
export function readerOf(file: number, start = 0): ReadAt {
  return (offset, size) => {
    const bytes = new Uint8Array(size);
    for (let filled = 0; filled < size;) {
      const count = readSync(file, bytes, filled, size - filled, start + offset + filled);
      if (count === 0) throw new SyntaxError("expected a whole zip archive, found a part of one");
      filled += count;
    }
    return bytes;
  };
}
