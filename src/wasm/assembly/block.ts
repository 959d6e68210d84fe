/** The symbols of a block. */
import { bits, count, hold, source } from "./bits";
import {
  CONSUMED,
  DISTANCE_BITS,
  distanceTable,
  END,
  EXCEPTION,
  LITERAL_BITS,
  literalTable,
  SPARE,
  SUBTABLE,
} from "./decode_table";
import { BAD_CODE, BAD_DISTANCE, CUT_OFF, DONE, NEEDS_INPUT, NEEDS_OUTPUT } from "./status";

/** More bits are never counted as held: bytes are added while they fit. */
const MOST_BITS: u32 = 63 - SPARE;
/** A code of a distance and its extra bits. */
const LONGEST_DISTANCE: u32 = 15 + 13;
/** What one turn of the loop may consume, in bytes. */
const LARGEST_TURN: usize = 32;

/** Where content goes next, for the caller to see too. */
export let target: usize = 0;

export function writeTo(place: usize): void {
  target = place;
}

@inline
function literalEntry(bits: u64): u32 {
  return load<u32>(<usize> bits & (((1 << LITERAL_BITS) - 1) << SPARE), literalTable);
}

@inline
function distanceEntry(bits: u64): u32 {
  return load<u32>(<usize> bits & (((1 << DISTANCE_BITS) - 1) << SPARE), distanceTable);
}

/** Whether an entry has the flag `LITERAL`, its highest bit. */
@inline
function isLiteral(entry: u32): bool {
  return <i32> entry < 0;
}

/** What the extra bits of a distance, behind its code, add to its base. */
@inline
function extraOf(entry: u32, bits: u64): u32 {
  return <u32> ((bits & (((<u64> 1 << SPARE) << entry) - 1)) >> (entry >> 8));
}

/**
 * The symbols of a block, to its end. Nearly all time is spent here: so the state is in local
 * variables, of entries only the lowest six bits count for a shift, and the next entry is looked up
 * while a match is copied. A turn takes up to three literals, or fewer and then a length with its
 * distance: 54 bits are enough for it, or are filled up again in between.
 */
export function inflateBlock(fromEnd: usize, isAll: bool, toEnd: usize, history: usize): i32 {
  const lastTurn = isAll ? fromEnd + 8 : fromEnd - LARGEST_TURN;
  let from = source;
  let to = target;
  let held = bits << SPARE;
  let size = count;
  held |= load<u64>(from) << (size + SPARE);
  let more = (MOST_BITS - size) >> 3;
  from += more;
  size += more << 3;
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
    held >>= entry;
    size -= entry & CONSUMED;
    if (isLiteral(entry)) {
      store<u8>(to++, <u8> (entry >> 16));
      entry = literalEntry(held);
      held >>= entry;
      size -= entry & CONSUMED;
      if (isLiteral(entry)) {
        store<u8>(to++, <u8> (entry >> 16));
        entry = literalEntry(held);
        held >>= entry;
        size -= entry & CONSUMED;
        if (isLiteral(entry)) {
          store<u8>(to++, <u8> (entry >> 16));
          held |= load<u64>(from) << (size + SPARE);
          more = (MOST_BITS - size) >> 3;
          from += more;
          size += more << 3;
          entry = literalEntry(held);
          continue;
        }
      }
    }
    if ((entry & EXCEPTION) != 0) {
      if ((entry & SUBTABLE) != 0 && (entry & END) == 0) {
        const index = (<u32> held >> SPARE) & ((1 << ((entry >> 8) & 15)) - 1);
        entry = load<u32>(literalTable + (<usize> ((entry >> 16) + index) << 2));
        held >>= entry;
        size -= entry & CONSUMED;
        if (isLiteral(entry)) {
          store<u8>(to++, <u8> (entry >> 16));
          held |= load<u64>(from) << (size + SPARE);
          more = (MOST_BITS - size) >> 3;
          from += more;
          size += more << 3;
          entry = literalEntry(held);
          continue;
        }
      }
      if ((entry & EXCEPTION) != 0) {
        if ((entry & (SUBTABLE | END)) != 0) {
          if ((entry & SUBTABLE) != 0) status = BAD_CODE;
          break;
        }
        const extra = (entry >> 8) & 15;
        entry += ((<u32> held >> SPARE) & ((1 << extra) - 1)) << 16;
        held >>= extra;
        size -= extra;
      }
    }
    const length = entry >> 16;
    if (size < LONGEST_DISTANCE) {
      held |= load<u64>(from) << (size + SPARE);
      more = (MOST_BITS - size) >> 3;
      from += more;
      size += more << 3;
    }
    entry = distanceEntry(held);
    if ((entry & EXCEPTION) != 0) {
      if ((entry & END) == 0) {
        held >>= DISTANCE_BITS;
        size -= DISTANCE_BITS;
        const index = (<u32> held >> SPARE) & ((1 << ((entry >> 8) & 15)) - 1);
        entry = load<u32>(distanceTable + (<usize> ((entry >> 16) + index) << 2));
      }
      if ((entry & END) != 0) {
        status = BAD_CODE;
        break;
      }
    }
    const distance = (entry >> 16) + extraOf(entry, held);
    held >>= entry;
    size -= entry & CONSUMED;
    held |= load<u64>(from) << (size + SPARE);
    more = (MOST_BITS - size) >> 3;
    from += more;
    size += more << 3;
    entry = literalEntry(held);
    if (distance > <u32> (to - history)) {
      status = BAD_DISTANCE;
      break;
    }
    copyMatch(to, distance, length);
    to += length;
  }
  target = to;
  hold(from, held >> SPARE, size);
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
