/** Smaller buffers may share their memory with others: node's Buffer keeps a pool of 8 KiB. */
const POOL_BYTES = 64 * 1024;

/**
 * Gives the memory behind bytes that nobody needs any more back at once. A worker fills and drops
 * gigabytes, and the garbage collector would come for them late: memory would grow with the layer.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= POOL_BYTES) buffer.transfer(0);
}

/** The same for what a stream of node:zlib made, which may go on to fill the rest of the buffer. */
export function releaseStep(bytes: Uint8Array): void {
  if (bytes.byteOffset + bytes.length === bytes.buffer.byteLength) release(bytes);
}
