/**
 * Tables by which Huffman codes are decoded: indexed by the next bits of the stream, so that one look
 * gives a whole symbol. Codes longer than a table's index go on in a table behind it.
 *
 * An entry, from its lowest bit:
 *
 * - 0 to 5: how many bits to consume; of a distance and a length, its extra bits too.
 * - 8 to 11: of a distance, how many of them are the code's, and `SPARE` more; of a
 *   `SUBTABLE`, how many bits index it.
 * - 13 to 15: `END`, `SUBTABLE`, `EXCEPTION`; the first two only together with the last.
 * - 16 to 30: the literal, the length, the base of the distance, or where the table behind begins.
 * - 31: `LITERAL`.
 *
 * A length's extra bits are part of the index where they fit. Where not, `EXCEPTION` alone says so:
 * then 0 to 5 count the code's bits, 8 to 11 the extra bits that follow, and 16 to 30 are the base.
 */

export const LITERAL: u32 = 0x80000000;
export const EXCEPTION: u32 = 0x8000;
export const SUBTABLE: u32 = 0x4000;
export const END: u32 = 0x2000;
/** How many bits to consume; how many of them are extra bits, before the code is known. */
export const CONSUMED: u32 = 0x3f;
/** What each bit of a distance's code adds to its entry. */
const CODE_BIT: u32 = 0x101;
/** A code that no symbol has. */
export const INVALID: u32 = EXCEPTION | SUBTABLE | END;

/**
 * So many bits that were consumed stand below those that are next: what then indexes a table of
 * four-byte entries is an offset already, and each symbol waits for one operation less.
 */
export const SPARE: u32 = 2;

export const LITERAL_BITS: u32 = 11;
export const DISTANCE_BITS: u32 = 8;
export const LENGTH_BITS: u32 = 7;

/**
 * Room for the main table and all behind it. No more than 2,342 and 402 entries are possible:
 * https://github.com/madler/zlib/blob/v1.3.1/examples/enough.c
 */
export const literalTable: usize = memory.data(4 * 2400, 16);
export const distanceTable: usize = memory.data(4 * 512, 16);
/** The table of the code lengths' own code is done with before the distances' is made. */
export const lengthTable: usize = distanceTable;

/** What the symbols of an alphabet stand for. */
export const LITERALS_AND_LENGTHS: u32 = 0;
export const DISTANCES: u32 = 1;
export const CODE_LENGTHS: u32 = 2;

const LONGEST_CODE: u32 = 15;
const END_OF_BLOCK: u32 = 256;

// https://www.rfc-editor.org/rfc/rfc1951#section-3.2.5, and two symbols each that never occur.
const lengthBase: usize = memory.data<u16>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31,
  35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258, 0, 0,
]);
const lengthExtra: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2,
  3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0, 0, 0,
]);
const distanceBase: usize = memory.data<u16>([
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193,
  257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577, 0, 0,
]);
const distanceExtra: usize = memory.data<u8>([
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6,
  7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 0, 0,
]);
const LENGTH_SYMBOLS: u32 = 29;
const DISTANCE_SYMBOLS: u32 = 30;

/** How many codes there are of each length. */
const counts: usize = memory.data(4 * 16, 16);
/** Where the symbols of each length begin among the sorted ones. */
const starts: usize = memory.data(4 * 16, 16);
/** The symbols by the lengths of their codes. */
const sorted: usize = memory.data(2 * 320, 16);

/**
 * Makes the table of a canonical code. The codes must use up all bits, but where there is a single
 * literal or distance, or no distance at all.
 *
 * @param lengths Of the codes of `size` symbols, a byte each; 0 where a symbol does not occur.
 * @returns Whether it is a code.
 */
export function buildTable(
  alphabet: u32,
  table: usize,
  tableBits: u32,
  lengths: usize,
  size: u32,
): bool {
  memory.fill(counts, 0, 4 * 16);
  for (let symbol: u32 = 0; symbol < size; symbol++) {
    const count = counts + (<usize> load<u8>(lengths + symbol) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  store<u32>(counts, 0);
  let left: i32 = 1;
  let longest: u32 = 0;
  let total: u32 = 0;
  for (let length: u32 = 1; length <= LONGEST_CODE; length++) {
    const count = load<u32>(counts + (length << 2));
    left = (left << 1) - count;
    if (left < 0) return false;
    if (count > 0) longest = length;
    store<u32>(starts + (length << 2), total);
    total += count;
  }
  for (let symbol: u32 = 0; symbol < size; symbol++) {
    const length = <u32> load<u8>(lengths + symbol);
    if (length == 0) continue;
    const start = starts + (length << 2);
    const place = load<u32>(start);
    store<u32>(start, place + 1);
    store<u16>(sorted + (place << 1), <u16> symbol);
  }
  if (left > 0) return buildSingle(alphabet, table, tableBits, total, longest);
  fillTable(alphabet, table, tableBits, longest);
  return true;
}

/** A single symbol has a code of one bit, and no distance at all none: both leave bits unused. */
function buildSingle(
  alphabet: u32,
  table: usize,
  tableBits: u32,
  total: u32,
  longest: u32,
): bool {
  if (alphabet == CODE_LENGTHS || total > 1 || longest > 1) return false;
  const entry = total == 1 ? entryOf(alphabet, load<u16>(sorted)) + CODE_BIT : INVALID;
  for (let i: u32 = 0; i < <u32> 1 << tableBits; i += 2) {
    store<u32>(table + (i << 2), entry);
    store<u32>(table + (i << 2) + 4, INVALID);
  }
  return true;
}

/** Bits come lowest first, so codes are counted up with their bits reversed. */
function fillTable(alphabet: u32, table: usize, tableBits: u32, longest: u32): void {
  const tableSize: u32 = 1 << tableBits;
  let code: u32 = 0;
  let symbol = sorted;
  let free = tableSize;
  let prefix: u32 = -1;
  let subStart: u32 = 0;
  let subBits: u32 = 0;
  for (let length: u32 = 1; length <= longest; length++) {
    for (let left = load<u32>(counts + (length << 2)); left > 0; left--) {
      const entry = entryOf(alphabet, load<u16>(symbol));
      symbol += 2;
      if (length <= tableBits) {
        fillSymbol(alphabet, table, tableBits, code, length, entry);
      } else {
        if ((code & (tableSize - 1)) != prefix) {
          prefix = code & (tableSize - 1);
          subStart = free;
          subBits = subTableBits(length, tableBits, left);
          free += 1 << subBits;
          const link = EXCEPTION | SUBTABLE | (subStart << 16) | (subBits << 8) | tableBits;
          store<u32>(table + (prefix << 2), link);
        }
        const subTable = table + (subStart << 2);
        fillSymbol(alphabet, subTable, subBits, code >> tableBits, length - tableBits, entry);
      }
      let bit: u32 = 1 << (length - 1);
      while ((code & bit) != 0) bit >>= 1;
      code = bit == 0 ? 0 : (code & (bit - 1)) | bit;
    }
  }
}

/** Puts a symbol wherever its code begins the index, and its extra bits follow if it has them there. */
function fillSymbol(
  alphabet: u32,
  table: usize,
  tableBits: u32,
  code: u32,
  length: u32,
  entry: u32,
): void {
  const extra = alphabet == LITERALS_AND_LENGTHS ? entry & CONSUMED : 0;
  if (extra == 0) {
    fill(table, tableBits, code, length, entry + length * CODE_BIT);
  } else if (length + extra > tableBits) {
    const follows = EXCEPTION | (extra << 8);
    fill(table, tableBits, code, length, (entry - extra + length) | follows);
  } else {
    for (let value: u32 = 0; value < <u32> 1 << extra; value++) {
      const whole = entry + (value << 16) + length;
      fill(table, tableBits, code | (value << length), length + extra, whole);
    }
  }
}

@inline
function fill(table: usize, tableBits: u32, beginning: u32, bits: u32, entry: u32): void {
  for (let i = beginning; i < <u32> 1 << tableBits; i += 1 << bits) {
    store<u32>(table + (i << 2), entry);
  }
}

/** How many bits the codes have that share the next prefix, beyond those of the table. */
function subTableBits(length: u32, tableBits: u32, left: u32): u32 {
  let bits = length - tableBits;
  let used = left;
  while (used < <u32> 1 << bits) {
    bits++;
    used = (used << 1) + load<u32>(counts + ((tableBits + bits) << 2));
  }
  return bits;
}

/** The entry of a symbol, without the bits of its code. */
function entryOf(alphabet: u32, symbol: u32): u32 {
  if (alphabet == CODE_LENGTHS) return symbol << 16;
  if (alphabet == DISTANCES) {
    if (symbol >= DISTANCE_SYMBOLS) return INVALID;
    const extra = <u32> load<u8>(distanceExtra + symbol);
    const base = <u32> load<u16>(distanceBase + (symbol << 1));
    return (base << 16) | (SPARE << 8) | extra;
  }
  if (symbol < END_OF_BLOCK) return LITERAL | (symbol << 16);
  if (symbol == END_OF_BLOCK) return EXCEPTION | END;
  const index = symbol - END_OF_BLOCK - 1;
  if (index >= LENGTH_SYMBOLS) return INVALID;
  const extra = <u32> load<u8>(lengthExtra + index);
  return (<u32> load<u16>(lengthBase + (index << 1)) << 16) | extra;
}
