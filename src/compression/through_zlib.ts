import { Readable, type Transform } from "node:stream";

/** Runs chunks through one of node:zlib's streams, which is ended when the reader stops. */
export async function* throughZlib(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  zlib: Transform,
): AsyncGenerator<Uint8Array> {
  const input = Readable.from(source);
  input.on("error", (error) => zlib.destroy(error));
  input.pipe(zlib);
  try {
    yield* zlib as AsyncIterable<Uint8Array>;
  } finally {
    input.destroy();
    zlib.destroy();
  }
}
