/**
 * Packs few bytes as raw deflate, https://www.rfc-editor.org/rfc/rfc1951, in AssemblyScript. Between
 * two blobs that go into a layer as they are stand some headers of a tar, mostly zeros: for these a
 * call of zlib costs 20 µs before it begins, and this one two in all. One block of fixed codes, and
 * of all that stood before only the last with the same hash is looked at: as zlib's level 1.
 */

const SHORTEST_MATCH: u32 = 4;
const LONGEST_MATCH: u32 = 258;
const HASH_BITS: u32 = 12;
const END_OF_BLOCK: u32 = 256;
const FIRST_LENGTH: u32 = 257;
/** A block's three bits: it is the last one, and its codes are the fixed ones. */
const LAST_FIXED: u32 = 0b011;
const LAST_STORED: u8 = 0b001;

/** Where a run of four bytes was seen last, plus one, by their hash. */
const seen: usize = memory.data(2 << HASH_BITS, 16);
/** Code and, above 16 bits of it, size of each literal, of the end and of lengths; lowest bit first. */
const codes: usize = memory.data(4 * 288, 16);
/** The same of each length of a match, its extra bits included. */
const lengthCodes: usize = memory.data(4 * (LONGEST_MATCH + 1), 16);
/** The same of the distances' symbols, without their extra bits. */
const distanceCodes: usize = memory.data(4 * 30, 16);
let areCodesMade: bool = false;

let held: u64 = 0;
let size: u32 = 0;
let out: usize = 0;

/**
 * Packs bytes of which there are at most 16 KiB: places in them are kept as u16.
 *
 * @param to Where there is room for 64 bytes more than that.
 * @returns How many bytes they became.
 */
export function deflate(from: usize, count: u32, to: usize): u32 {
  if (!areCodesMade) makeCodes();
  memory.fill(seen, 0, 2 << HASH_BITS);
  held = 0;
  size = 0;
  out = to;
  put(LAST_FIXED, 3);
  const limit = to + count;
  const end = from + count;
  let at = from;
  while (at + 8 <= end) {
    if (out >= limit) return storeBytes(from, count, to);
    const four = load<u32>(at);
    const place = seen + (((four * 2654435761) >> (32 - HASH_BITS)) << 1);
    const before = from + load<u16>(place) - 1;
    store<u16>(place, <u16> (at - from + 1));
    if (before < from || load<u32>(before) != four) {
      putCode(codes, load<u8>(at));
      at++;
      continue;
    }
    const length = matchLength(before, at, min(<u32> (end - at), LONGEST_MATCH));
    putCode(lengthCodes, length);
    putDistance(<u32> (at - before));
    at += length;
  }
  while (at < end) putCode(codes, load<u8>(at++));
  putCode(codes, END_OF_BLOCK);
  const packed = <u32> (out - to) + ((size + 7) >> 3);
  return packed > count ? storeBytes(from, count, to) : packed;
}

/** What cannot be packed stands there as it is. */
function storeBytes(from: usize, count: u32, to: usize): u32 {
  store<u8>(to, LAST_STORED);
  store<u16>(to + 1, <u16> count);
  store<u16>(to + 3, <u16> ~count);
  memory.copy(to + 5, from, count);
  return count + 5;
}

/** How many bytes are the same at both places, at most so many. */
function matchLength(before: usize, at: usize, most: u32): u32 {
  let length: u32 = SHORTEST_MATCH;
  while (length + 8 <= most) {
    const difference = load<u64>(before + length) ^ load<u64>(at + length);
    if (difference != 0) return length + (<u32> ctz(difference) >> 3);
    length += 8;
  }
  while (length < most && load<u8>(before + length) == load<u8>(at + length)) length++;
  return length;
}

/** Adds bits, lowest first; whole bytes of those that are held are written. */
function put(value: u32, count: u32): void {
  held |= <u64> value << size;
  size += count;
  store<u64>(out, held);
  out += size >> 3;
  held >>= size & ~7;
  size &= 7;
}

function putCode(table: usize, index: u32): void {
  const code = load<u32>(table + (index << 2));
  put(code & 0xffff, code >> 16);
}

/** https://www.rfc-editor.org/rfc/rfc1951#page-12 */
function putDistance(distance: u32): void {
  const rest = distance - 1;
  if (rest < 4) {
    putCode(distanceCodes, rest);
    return;
  }
  const bits = 31 - clz(rest);
  putCode(distanceCodes, 2 * bits + ((rest >> (bits - 1)) & 1));
  put(rest & ((1 << (bits - 1)) - 1), bits - 1);
}

/** https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6 */
function makeCodes(): void {
  for (let symbol: u32 = 0; symbol < 288; symbol++) {
    const code = symbol < 144
      ? codeOf(0x30 + symbol, 8)
      : symbol < 256
      ? codeOf(0x190 + symbol - 144, 9)
      : symbol < 280
      ? codeOf(symbol - 256, 7)
      : codeOf(0xc0 + symbol - 280, 8);
    store<u32>(codes + (symbol << 2), code);
  }
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    store<u32>(distanceCodes + (symbol << 2), codeOf(symbol, 5));
  }
  for (let length = SHORTEST_MATCH; length <= LONGEST_MATCH; length++) makeLengthCode(length);
  areCodesMade = true;
}

function makeLengthCode(length: u32): void {
  const rest = length - 3;
  let symbol = FIRST_LENGTH + rest;
  let extra: u32 = 0;
  if (length == LONGEST_MATCH) {
    symbol = 285;
  } else if (rest >= 8) {
    extra = 29 - clz(rest);
    symbol = FIRST_LENGTH + 4 * extra + (rest >> extra);
  }
  const code = load<u32>(codes + (symbol << 2));
  const value = (code & 0xffff) | ((rest & ((1 << extra) - 1)) << (code >> 16));
  store<u32>(lengthCodes + (length << 2), value | (((code >> 16) + extra) << 16));
}

/** A code with its bits reversed, and its size above 16 bits of it. */
function codeOf(code: u32, size: u32): u32 {
  let reversed: u32 = 0;
  for (let bit: u32 = 0; bit < size; bit++) reversed |= ((code >> bit) & 1) << (size - 1 - bit);
  return reversed | (size << 16);
}
