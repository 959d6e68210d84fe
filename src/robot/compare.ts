/**
 * Compares well-formed texts as their UTF-8 bytes compare. By code units all but the pairs of
 * surrogates, which stand for the highest characters, would be in the right order.
 */
export function compareAsBytes(left: string, right: string): number {
  const end = Math.min(left.length, right.length);
  for (let at = 0; at < end; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
