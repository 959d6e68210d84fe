/**
 * Decodes raw deflate, https://www.rfc-editor.org/rfc/rfc1951, in AssemblyScript: as WebAssembly it
 * takes two thirds of the time of the runtime's own zlib for what RCC packs, less for what packs
 * well, and a call costs next to nothing, where a call of `gunzipSync` costs 20 µs. A library has
 * tens of thousands of small blobs. A damaged stream can do no more than give wrong bytes: all that
 * this code can write to is its own memory, and its caller compares what comes out with a digest.
 *
 * The caller lays stored bytes into the memory and says where to put the content. When either is used
 * up the decoder says so, and goes on when it is called again. Compiled by `deno task assembly`.
 */
import {
  buildTable,
  CODE_LENGTHS,
  DISTANCE_BITS,
  DISTANCES,
  distanceTable,
  END,
  EXCEPTION,
  LENGTH_BITS,
  lengthTable,
  LITERAL,
  LITERAL_BITS,
  LITERALS_AND_LENGTHS,
  literalTable,
  SUBTABLE,
} from "./decode_table";

/** What {@linkcode inflate} answers. Negative numbers are faults. */
const NEEDS_INPUT: i32 = 0;
const NEEDS_OUTPUT: i32 = 1;
const DONE: i32 = 2;
const CUT_OFF: i32 = -1;
const BAD_BLOCK: i32 = -2;
const BAD_CODE: i32 = -3;
const BAD_DISTANCE: i32 = -4;

/** Where the decoder stands between two symbols. */
const AT_HEADER: u32 = 0;
const IN_STORED: u32 = 1;
const IN_BLOCK: u32 = 2;

/** A header of a block with all its code lengths, in bytes, and some to spare. */
const LARGEST_HEADER: usize = 640;
/** A code of a distance and its extra bits. */
const LONGEST_DISTANCE: u32 = 15 + 13;
/** What one turn of the loop may consume, in bytes. */
const LARGEST_TURN: usize = 32;

/** Where it reads and where it writes next, for the caller to see. */
export let source: usize = 0;
export let target: usize = 0;

let bits: u64 = 0;
let count: u32 = 0;
let phase: u32 = AT_HEADER;
let storedLeft: u32 = 0;
let isLastBlock: bool = false;

const codeLengths: usize = memory.data(320 + 138, 16);
const codeLengthOrder: usize = memory.data<u8>([
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
]);

/** Where the memory begins that the caller may use. */
export function freeMemory(): usize {
  return __heap_base;
}

/** Begins another stream. */
export function reset(): void {
  bits = 0;
  count = 0;
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
  source = from;
  target = to;
  for (;;) {
    let status: i32;
    if (phase == AT_HEADER) {
      holdLess();
      if (!isAll && fromEnd - source < LARGEST_HEADER) return NEEDS_INPUT;
      status = readHeader();
      if (status < 0) return status;
      if (consumedEnd() > fromEnd) return CUT_OFF;
      continue;
    }
    status = phase == IN_STORED
      ? copyStored(fromEnd, isAll, toEnd)
      : inflateBlock(fromEnd, isAll, toEnd, history);
    if (status != DONE) return status;
    phase = AT_HEADER;
    if (!isLastBlock) continue;
    source -= count >> 3;
    return source > fromEnd ? CUT_OFF : DONE;
  }
}

/** Where the last byte that was needed ends: some more are held as bits. */
function consumedEnd(): usize {
  return source - (count >> 3);
}

/** Fills up to at least 56 bits. Bits above `count` are those of the next byte already. */
function refill(): void {
  bits |= load<u64>(source) << count;
  source += (63 - count) >> 3;
  count |= 56;
}

function take(size: u32): u32 {
  const value = <u32> bits & ((1 << size) - 1);
  bits >>= size;
  count -= size;
  return value;
}

/** Gives back what is held of whole bytes, so that other memory may be read from next. */
function holdLess(): void {
  source -= count >> 3;
  count &= 7;
  bits &= (1 << count) - 1;
}

function readHeader(): i32 {
  refill();
  isLastBlock = take(1) == 1;
  const type = take(2);
  if (type == 0) return beginStored();
  phase = IN_BLOCK;
  let status = DONE;
  if (type == 1) setFixedCodes();
  else status = type == 2 ? readCodes() : BAD_BLOCK;
  if (status >= 0) holdLess();
  return status;
}

function beginStored(): i32 {
  source -= count >> 3;
  bits = 0;
  count = 0;
  phase = IN_STORED;
  storedLeft = load<u16>(source);
  if (<u32> load<u16>(source + 2) != (storedLeft ^ 0xffff)) return BAD_BLOCK;
  source += 4;
  return DONE;
}

function copyStored(fromEnd: usize, isAll: bool, toEnd: usize): i32 {
  while (storedLeft > 0) {
    if (source >= fromEnd) return isAll ? CUT_OFF : NEEDS_INPUT;
    if (target >= toEnd) return NEEDS_OUTPUT;
    const size = min(storedLeft, min(<u32> (fromEnd - source), <u32> (toEnd - target)));
    memory.copy(target, source, size);
    source += size;
    target += size;
    storedLeft -= size;
  }
  return DONE;
}

function setFixedCodes(): void {
  memory.fill(codeLengths, 8, 144);
  memory.fill(codeLengths + 144, 9, 112);
  memory.fill(codeLengths + 256, 7, 24);
  memory.fill(codeLengths + 280, 8, 8);
  buildTable(LITERALS_AND_LENGTHS, literalTable, LITERAL_BITS, codeLengths, 288);
  memory.fill(codeLengths, 5, 32);
  buildTable(DISTANCES, distanceTable, DISTANCE_BITS, codeLengths, 32);
}

/** https://www.rfc-editor.org/rfc/rfc1951#section-3.2.7 */
function readCodes(): i32 {
  const literals = take(5) + 257;
  const distances = take(5) + 1;
  const lengths = take(4) + 4;
  memory.fill(codeLengths, 0, 19);
  for (let i: u32 = 0; i < lengths; i++) {
    if (count < 3) refill();
    store<u8>(codeLengths + load<u8>(codeLengthOrder + i), <u8> take(3));
  }
  if (!buildTable(CODE_LENGTHS, lengthTable, LENGTH_BITS, codeLengths, 19)) return BAD_CODE;
  const size = literals + distances;
  for (let i: u32 = 0; i < size;) {
    if (count < 14) refill();
    const entry = load<u32>(lengthTable + ((<usize> bits & ((1 << LENGTH_BITS) - 1)) << 2));
    take(entry & 0xff);
    const symbol = entry >> 16;
    let repeats: u32 = 1;
    let length = <u8> symbol;
    if (symbol == 16) {
      if (i == 0) return BAD_CODE;
      length = load<u8>(codeLengths + i - 1);
      repeats = 3 + take(2);
    } else if (symbol > 16) {
      length = 0;
      repeats = symbol == 17 ? 3 + take(3) : 11 + take(7);
    }
    memory.fill(codeLengths + i, length, repeats);
    i += repeats;
    if (i > size) return BAD_CODE;
  }
  const hasEnd = load<u8>(codeLengths + 256) != 0;
  const areCodes = hasEnd &&
    buildTable(LITERALS_AND_LENGTHS, literalTable, LITERAL_BITS, codeLengths, literals) &&
    buildTable(DISTANCES, distanceTable, DISTANCE_BITS, codeLengths + literals, distances);
  return areCodes ? DONE : BAD_CODE;
}

@inline
function literalEntry(bits: u64): u32 {
  return load<u32>((<usize> bits & ((1 << LITERAL_BITS) - 1)) << 2, literalTable);
}

@inline
function distanceEntry(bits: u64): u32 {
  return load<u32>((<usize> bits & ((1 << DISTANCE_BITS) - 1)) << 2, distanceTable);
}

/** What the extra bits of a length or distance, behind its code, add to its base. */
@inline
function extraOf(entry: u32, bits: u64): u32 {
  return <u32> ((bits & (((<u64> 1) << entry) - 1)) >> (entry >> 8));
}

/**
 * The symbols of a block, to its end. Nearly all time is spent here: so the state is in local
 * variables, of `size` and of entries only the lowest six bits count for a shift, and the next
 * entry is looked up while a match is copied. A turn takes up to three literals, or fewer and then a
 * length with its distance: 56 bits are enough for it, or are filled up again in between.
 */
function inflateBlock(fromEnd: usize, isAll: bool, toEnd: usize, history: usize): i32 {
  const lastTurn = isAll ? fromEnd + 8 : fromEnd - LARGEST_TURN;
  let from = source;
  let to = target;
  let held = bits;
  let size = count;
  held |= load<u64>(from) << size;
  from += (~size >> 3) & 7;
  size |= 56;
  let status = DONE;
  let entry = literalEntry(held);
  for (;;) {
    if (from > lastTurn) {
      status = isAll ? CUT_OFF : NEEDS_INPUT;
      break;
    }
    if (to >= toEnd) {
      status = NEEDS_OUTPUT;
      break;
    }
    let before = held;
    held >>= entry;
    size -= entry;
    if ((entry & LITERAL) != 0) {
      store<u8>(to++, <u8> (entry >> 16));
      entry = literalEntry(held);
      before = held;
      held >>= entry;
      size -= entry;
      if ((entry & LITERAL) != 0) {
        store<u8>(to++, <u8> (entry >> 16));
        entry = literalEntry(held);
        before = held;
        held >>= entry;
        size -= entry;
        if ((entry & LITERAL) != 0) {
          store<u8>(to++, <u8> (entry >> 16));
          held |= load<u64>(from) << size;
          from += (~size >> 3) & 7;
          size |= 56;
          entry = literalEntry(held);
          continue;
        }
      }
    }
    if ((entry & EXCEPTION) != 0) {
      if ((entry & SUBTABLE) != 0 && (entry & END) == 0) {
        const index = <u32> held & ((1 << ((entry >> 8) & 15)) - 1);
        entry = load<u32>(literalTable + (<usize> ((entry >> 16) + index) << 2));
        before = held;
        held >>= entry;
        size -= entry;
      }
      if ((entry & LITERAL) != 0) {
        store<u8>(to++, <u8> (entry >> 16));
        held |= load<u64>(from) << size;
        from += (~size >> 3) & 7;
        size |= 56;
        entry = literalEntry(held);
        continue;
      }
      if ((entry & EXCEPTION) != 0) {
        if ((entry & SUBTABLE) != 0) status = BAD_CODE;
        break;
      }
    }
    const length = (entry >> 16) + extraOf(entry, before);
    if ((size & 63) < LONGEST_DISTANCE) {
      held |= load<u64>(from) << size;
      from += (~size >> 3) & 7;
      size |= 56;
    }
    entry = distanceEntry(held);
    if ((entry & EXCEPTION) != 0) {
      if ((entry & END) == 0) {
        held >>= DISTANCE_BITS;
        size -= DISTANCE_BITS;
        const index = <u32> held & ((1 << ((entry >> 8) & 15)) - 1);
        entry = load<u32>(distanceTable + (<usize> ((entry >> 16) + index) << 2));
      }
      if ((entry & END) != 0) {
        status = BAD_CODE;
        break;
      }
    }
    const distance = (entry >> 16) + extraOf(entry, held);
    held >>= entry;
    size -= entry;
    held |= load<u64>(from) << size;
    from += (~size >> 3) & 7;
    size |= 56;
    entry = literalEntry(held);
    if (distance > <u32> (to - history)) {
      status = BAD_DISTANCE;
      break;
    }
    copyMatch(to, distance, length);
    to += length;
  }
  source = from;
  target = to;
  bits = held;
  count = size & 63;
  if (status != DONE) holdLess();
  return status;
}

/** Copies what stands so far back, up to 15 bytes more than asked for. It may reach into itself. */
function copyMatch(target: usize, distance: usize, length: usize): void {
  const end = target + length;
  let from = target - distance;
  let to = target;
  if (distance >= 16) {
    do {
      v128.store(to, v128.load(from));
      from += 16;
      to += 16;
    } while (to < end);
  } else if (distance >= 8) {
    do {
      store<u64>(to, load<u64>(from));
      from += 8;
      to += 8;
    } while (to < end);
  } else if (distance == 1) {
    const eight = <u64> load<u8>(from) * 0x0101010101010101;
    do {
      store<u64>(to, eight);
      to += 8;
    } while (to < end);
  } else {
    // Of the eight bytes as many are right as it reaches back.
    do {
      store<u64>(to, load<u64>(from));
      from += distance;
      to += distance;
    } while (to < end);
  }
}
