import { concat, cutOff, type Pieces } from "../bytes/mod.ts";

const FRAME_MAGIC = 0xfd2fb528;
/** The last four bits are the application's. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/**
 * The frames of a zstd stream, in pieces none of which reaches into the next frame, and without the
 * frames that hold no content. Deno 2.9's node:zlib needs both: of two frames in one chunk it
 * decodes the first and says nothing, and it takes a frame that is cut off for a whole one. So the
 * frames are walked here, by the sizes that their headers and blocks state.
 *
 * Specification: https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 *
 * @throws {SyntaxError} when the bytes are no whole zstd frames, or none at all.
 */
export async function* zstdFrames(packed: Pieces): AsyncGenerator<Uint8Array, void, undefined> {
  for (let count = 0;; count++) {
    const start = packed.position;
    const magic = await packed.exactly(4);
    if (magic === undefined) {
      if (count === 0) throw cutOff(start, { expected: 4, found: 0 });
      return;
    }
    const number = littleEndian(magic);
    if ((number & ~0xf) === SKIPPABLE_MAGIC) {
      await packed.skip(littleEndian(await exactly(packed, 4)));
    } else if (number === FRAME_MAGIC) {
      yield* frame(packed, magic);
    } else {
      throw new SyntaxError(`expected a zstd frame at byte ${start}, found something else`);
    }
  }
}

async function* frame(
  packed: Pieces,
  magic: Uint8Array,
): AsyncGenerator<Uint8Array, void, undefined> {
  const descriptor = await exactly(packed, 1);
  const { headerSize, hasChecksum } = readDescriptor(descriptor[0]!);
  // Headers travel with what stands before them: each piece costs the decoder a call.
  let before = concat([magic, descriptor, await exactly(packed, headerSize)]);
  for (let isLast = false; !isLast;) {
    const header = await exactly(packed, 3);
    const block = littleEndian(header);
    isLast = (block & 1) === 1;
    const type = (block >>> 1) & 3;
    if (type === RESERVED_BLOCK) {
      throw new SyntaxError(`expected a zstd block before byte ${packed.position}`);
    }
    yield concat([before, header]);
    yield* pass(packed, type === RLE_BLOCK ? 1 : block >>> 3);
    before = new Uint8Array(0);
  }
  if (hasChecksum) yield* pass(packed, 4);
}

/** https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1.1 */
function readDescriptor(descriptor: number): { headerSize: number; hasChecksum: boolean } {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowSize = isSingleSegment ? 0 : 1;
  const dictionarySize = [0, 1, 2, 4][descriptor & 3]!;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6]!;
  return {
    headerSize: windowSize + dictionarySize + contentSize,
    hasChecksum: (descriptor & 4) !== 0,
  };
}

async function* pass(
  packed: Pieces,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const start = packed.position;
  for (let left = size; left > 0;) {
    const piece = await packed.some(left);
    if (piece === undefined) throw cutOff(start, { expected: size, found: size - left });
    left -= piece.length;
    yield piece;
  }
}

async function exactly(packed: Pieces, size: number): Promise<Uint8Array> {
  const start = packed.position;
  const bytes = await packed.exactly(size);
  if (bytes === undefined) throw cutOff(start, { expected: size, found: 0 });
  return bytes;
}

/** Up to four bytes as an unsigned number. */
function littleEndian(bytes: Uint8Array): number {
  let value = 0;
  for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + bytes[i]!;
  return value;
}
