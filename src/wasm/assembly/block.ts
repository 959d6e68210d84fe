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
 * before bits are added, for what it needs is held: at least 54 bits are after `filled |= 56`. A turn
 * takes up to three literals, or fewer and then a length, which is 42 bits at most; 8 more index a
 * distance. The distance takes 28 of the next 54, and 11 more index what follows.
 */
export function inflateBlock(fromEnd: usize, isAll: bool, toEnd: usize, history: usize): i32 {
  const lastTurn = isAll ? fromEnd + 8 : fromEnd - LARGEST_TURN;
  let from = source;
  let to = target;
  let held = bits << SPARE;
  let filled = count + SPARE;
  held |= load<u64>(from) << filled;
  from += (63 - filled) >> 3;
  filled |= 56;
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
    filled -= entry & CONSUMED;
    if (isLiteral(entry)) {
      store<u8>(to++, <u8> (entry >> 16));
      entry = literalEntry(held);
      held >>= entry;
      filled -= entry & CONSUMED;
      if (isLiteral(entry)) {
        store<u8>(to++, <u8> (entry >> 16));
        entry = literalEntry(held);
        held >>= entry;
        filled -= entry & CONSUMED;
        if (isLiteral(entry)) {
          store<u8>(to++, <u8> (entry >> 16));
          entry = literalEntry(held);
          held |= load<u64>(from) << filled;
          from += (63 - filled) >> 3;
          filled |= 56;
          continue;
        }
      }
    }
    if ((entry & EXCEPTION) != 0) {
      if ((entry & SUBTABLE) != 0 && (entry & END) == 0) {
        const index = (<u32> held >> SPARE) & ((1 << ((entry >> 8) & 15)) - 1);
        entry = load<u32>(literalTable + (<usize> ((entry >> 16) + index) << 2));
        held >>= entry;
        filled -= entry & CONSUMED;
        if (isLiteral(entry)) {
          store<u8>(to++, <u8> (entry >> 16));
          entry = literalEntry(held);
          held |= load<u64>(from) << filled;
          from += (63 - filled) >> 3;
          filled |= 56;
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
        filled -= extra;
      }
    }
    const length = entry >> 16;
    entry = distanceEntry(held);
    held |= load<u64>(from) << filled;
    from += (63 - filled) >> 3;
    filled |= 56;
    if ((entry & EXCEPTION) != 0) {
      if ((entry & END) == 0) {
        held >>= DISTANCE_BITS;
        filled -= DISTANCE_BITS;
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
    filled -= entry & CONSUMED;
    entry = literalEntry(held);
    held |= load<u64>(from) << filled;
    from += (63 - filled) >> 3;
    filled |= 56;
    if (distance > <u32> (to - history)) {
      status = BAD_DISTANCE;
      break;
    }
    copyMatch(to, distance, length);
    to += length;
  }
  target = to;
  hold(from, held >> SPARE, filled - SPARE);
  return status;
}

/** Copies what stands so far back, up to 31 bytes more than asked for. It may reach into itself. */
function copyMatch(target: usize, distance: usize, length: usize): void {
  const end = target + length;
  let from = target - distance;
  let to = target;
  if (distance >= 16) {
    do {
      v128.store(to, v128.load(from));
      v128.store(to + 16, v128.load(from + 16));
      from += 32;
      to += 32;
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
