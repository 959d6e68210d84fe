import type { ByteSource } from "../../src/compression/byte_source.ts";

/** Bytes in memory, at most so many at a time. */
export function sourceOf(bytes: Uint8Array, step = Infinity): ByteSource {
  let position = 0;
  return {
    get left() {
      return bytes.length - position;
    },
    read(buffer) {
      const part = bytes.subarray(position, position + Math.min(step, buffer.length));
      buffer.set(part);
      position += part.length;
      return part.length;
    },
  };
}
