/**
 * Decodes raw deflate, https://www.rfc-editor.org/rfc/rfc1951, in AssemblyScript: as WebAssembly it
 * takes two thirds of the time of the runtime's own zlib for what RCC packs, less for what packs
 * well, and a call costs next to nothing, where a call of `gunzipSync` costs 20 µs. A library has
 * tens of thousands of small blobs. A damaged stream can do no more than give wrong bytes: all that
 * this code can write to is its own memory, and its caller compares what comes out with a digest.
 *
 * The caller lays stored bytes into the memory and says where to put the content. When either is used
 * up the decoder says so, and goes on when it is called again. Compiled by `deno task wasm`.
 */
import { consumedEnd, holdLess, holdNone, readFrom, refill, source, take } from "./bits";
import { inflateBlock, target, writeTo } from "./block";
import { readCodes, setFixedCodes } from "./block_codes";
import { BAD_BLOCK, BAD_CODE, CUT_OFF, DONE, NEEDS_INPUT, NEEDS_OUTPUT } from "./status";

/** Where the decoder stands between two symbols. */
const AT_HEADER: u32 = 0;
const IN_STORED: u32 = 1;
const IN_BLOCK: u32 = 2;

/** A header of a block with all its code lengths, in bytes, and some to spare. */
const LARGEST_HEADER: usize = 640;

let phase: u32 = AT_HEADER;
let storedLeft: u32 = 0;
let isLastBlock: bool = false;

/** Where the memory begins that the caller may use. */
export function freeMemory(): usize {
  return __heap_base;
}

/** Begins another stream. */
export function reset(): void {
  holdNone();
  phase = AT_HEADER;
}

/**
 * Goes on with the stream. `source` and `target` are where it came to.
 *
 * @param from The next stored bytes. 1 KiB of memory behind their end must be there to be read.
 * @param isAll Whether nothing comes behind them.
 * @param to Where content goes. 300 bytes behind its end may be overwritten; 261 of them may be content.
 * @param history Where the content begins that distances may reach back to, at most 32 KiB of which.
 */
export function inflate(
  from: usize,
  fromEnd: usize,
  isAll: bool,
  to: usize,
  toEnd: usize,
  history: usize,
): i32 {
  readFrom(from);
  writeTo(to);
  for (;;) {
    let status: i32;
    if (phase == AT_HEADER) {
      if (!isAll && fromEnd - source < LARGEST_HEADER) return NEEDS_INPUT;
      status = readHeader();
      if (status < 0) return status;
      if (consumedEnd() > fromEnd) return CUT_OFF;
      continue;
    }
    status = phase == IN_STORED
      ? copyStored(fromEnd, isAll, toEnd)
      : inflateBlock(fromEnd, isAll, toEnd, history);
    holdLess();
    if (status != DONE) return status;
    phase = AT_HEADER;
    if (!isLastBlock) continue;
    holdNone();
    return source > fromEnd ? CUT_OFF : DONE;
  }
}

function readHeader(): i32 {
  refill();
  isLastBlock = take(1) == 1;
  const type = take(2);
  if (type == 0) return beginStored();
  phase = IN_BLOCK;
  if (type == 3) return BAD_BLOCK;
  if (type == 1) setFixedCodes();
  else if (!readCodes()) return BAD_CODE;
  holdLess();
  return DONE;
}

function beginStored(): i32 {
  holdNone();
  phase = IN_STORED;
  storedLeft = load<u16>(source);
  if (<u32> load<u16>(source + 2) != (storedLeft ^ 0xffff)) return BAD_BLOCK;
  readFrom(source + 4);
  return DONE;
}

function copyStored(fromEnd: usize, isAll: bool, toEnd: usize): i32 {
  while (storedLeft > 0) {
    if (source >= fromEnd) return isAll ? CUT_OFF : NEEDS_INPUT;
    if (target >= toEnd) return NEEDS_OUTPUT;
    const size = min(storedLeft, min(<u32> (fromEnd - source), <u32> (toEnd - target)));
    memory.copy(target, source, size);
    readFrom(source + size);
    writeTo(target + size);
    storedLeft -= size;
  }
  return DONE;
}
