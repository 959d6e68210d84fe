/** The stored bytes as bits, lowest first. */

/** Where the next byte is read from, for the caller to see too. */
export let source: usize = 0;
/** Bits that have been read and not been used. Above `count` of them stand those of the next byte. */
export let bits: u64 = 0;
export let count: u32 = 0;

/** Gives back all whole bytes that are held, and drops the rest of the one before. */
export function holdNone(): void {
  source -= count >> 3;
  bits = 0;
  count = 0;
}

/** From here on. What is held of the bytes before stays. */
export function readFrom(place: usize): void {
  source = place;
}

/** What somebody who has read on by himself has come to. */
export function hold(place: usize, held: u64, size: u32): void {
  source = place;
  bits = held;
  count = size;
}

/** Where the last byte that was needed ends: some more are held as bits. */
export function consumedEnd(): usize {
  return source - (count >> 3);
}

/** Fills up to at least 56 bits. Bits above `count` are those of the next byte already. */
export function refill(): void {
  bits |= load<u64>(source) << count;
  source += (63 - count) >> 3;
  count |= 56;
}

export function take(size: u32): u32 {
  const value = <u32> bits & ((1 << size) - 1);
  bits >>= size;
  count -= size;
  return value;
}

/** Gives back what is held of whole bytes, so that other memory may be read from next. */
export function holdLess(): void {
  source -= count >> 3;
  count &= 7;
  bits &= (1 << count) - 1;
}
