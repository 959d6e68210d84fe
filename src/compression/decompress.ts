import { createGunzip, createZstdDecompress } from "node:zlib";
import { Pieces } from "../bytes/mod.ts";
import { isGzip } from "./gzip.ts";
import { throughZlib } from "./through_zlib.ts";
import { isZstd } from "./zstd.ts";
import { zstdFrames } from "./zstd_frames.ts";

/** How bytes are packed. */
export type PackedCodec = "none" | "gzip" | "zstd";

const CHUNK_BYTES = 64 * 1024;

/**
 * The content of a packed stream, of all its gzip members or zstd frames. node:zlib does it, for
 * `DecompressionStream` fails on the second gzip member. Pulled, never pushed: nothing is read
 * before the content is asked for, and cancelling it cancels the stream.
 *
 * The content's stream fails with a SyntaxError when the bytes are of another packing, are cut off,
 * or are followed by anything else, zeros too: some readers pass over these, others refuse them.
 */
export function decompressing(
  codec: PackedCodec,
  stream: ReadableStream<Uint8Array>,
): ReadableStream<Uint8Array> {
  if (codec === "none") return stream;
  const packed = new Pieces(stream);
  const content = codec === "gzip" ? gunzip(packed) : unzstd(packed);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await content.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        await packed.cancel(error);
        throw error;
      }
    },
    async cancel(reason) {
      await packed.cancel(reason);
      await content.return();
    },
  }, { highWaterMark: 0 });
}

/** How bytes are packed, by their first four. */
export function detectCodec(beginning: Uint8Array): PackedCodec {
  if (isGzip(beginning)) return "gzip";
  return isZstd(beginning) ? "zstd" : "none";
}

async function* gunzip(packed: Pieces): AsyncGenerator<Uint8Array, void, undefined> {
  const zlib = createGunzip({ chunkSize: CHUNK_BYTES });
  const input = new Input(allOf(packed));
  try {
    yield* throughZlib(input, zlib);
  } catch (error) {
    throw input.failure ? input.failure.error : asSyntaxError("gzip", error);
  }
  if (zlib.bytesWritten !== packed.position) {
    throw new SyntaxError(
      `expected the end after ${zlib.bytesWritten} bytes of gzip, found something else`,
    );
  }
}

async function* unzstd(packed: Pieces): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new Input(zstdFrames(packed));
  try {
    yield* throughZlib(input, createZstdDecompress({ chunkSize: CHUNK_BYTES }));
  } catch (error) {
    throw input.failure ? input.failure.error : asSyntaxError("zstd", error);
  }
}

async function* allOf(packed: Pieces): AsyncGenerator<Uint8Array, void, undefined> {
  for (let piece; (piece = await packed.some(Infinity)) !== undefined;) yield piece;
}

/**
 * Remembers the input's own error, which says more than the decoder's about bytes that end too early.
 * It takes no errors from its reader, as a generator would: the decoder's is none of the input.
 */
class Input implements AsyncIterable<Uint8Array> {
  readonly #chunks: AsyncGenerator<Uint8Array, void, undefined>;
  failure: { readonly error: unknown } | undefined;

  constructor(chunks: AsyncGenerator<Uint8Array, void, undefined>) {
    this.#chunks = chunks;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, void> {
    return {
      next: async () => {
        try {
          return await this.#chunks.next();
        } catch (error) {
          this.failure = { error };
          throw error;
        }
      },
      return: () => this.#chunks.return(),
    };
  }
}

function asSyntaxError(codec: PackedCodec, error: unknown): SyntaxError {
  const message = error instanceof Error ? error.message : String(error);
  return new SyntaxError(`expected whole ${codec}: ${message}`, { cause: error });
}
