/**
 * SipHash-2-4 with 64 and 128 bits of output, over 32-bit halves: 64-bit BigInt arithmetic is some
 * fifty times slower, and a compress.no library is verified with the 128-bit form. Written here
 * because the packages on npm have the 64-bit form only.
 *
 * Specification: https://www.aumasson.jp/siphash/siphash.pdf and the reference implementation's
 * 128-bit variant.
 */

/** A key: two unsigned 64-bit integers. */
export interface SipKey {
  readonly k0: bigint;
  readonly k1: bigint;
}

/** SipHash-2-4 of the bytes as an unsigned 64-bit integer. */
export function sipHash64(key: SipKey, bytes: Uint8Array): bigint {
  const sip = new SipHash(key, 8);
  sip.update(bytes);
  const digest = sip.finish();
  return new DataView(digest.buffer).getBigUint64(0, true);
}

/** A running SipHash-2-4 with 8 or 16 bytes of output. */
export class SipHash {
  // v0..v3 as low and high halves: v[2 * i] is the low half of v<i>.
  readonly #v = new Int32Array(8);
  readonly #tail = new Uint8Array(8);
  #tailSize = 0;
  #size = 0;
  readonly #outputSize: 8 | 16;

  constructor(key: SipKey, outputSize: 8 | 16) {
    this.#outputSize = outputSize;
    const state = [
      key.k0 ^ 0x736f6d6570736575n,
      key.k1 ^ 0x646f72616e646f6dn ^ (outputSize === 16 ? 0xeen : 0n),
      key.k0 ^ 0x6c7967656e657261n,
      key.k1 ^ 0x7465646279746573n,
    ];
    state.forEach((word, i) => {
      this.#v[2 * i] = Number(word & 0xffffffffn) | 0;
      this.#v[2 * i + 1] = Number((word >> 32n) & 0xffffffffn) | 0;
    });
  }

  update(bytes: Uint8Array): void {
    this.#size += bytes.length;
    let start = 0;
    if (this.#tailSize > 0) {
      start = Math.min(8 - this.#tailSize, bytes.length);
      this.#tail.set(bytes.subarray(0, start), this.#tailSize);
      this.#tailSize += start;
      if (this.#tailSize < 8) return;
      absorbWords(this.#v, this.#tail, 0, 8);
      this.#tailSize = 0;
    }
    const end = start + ((bytes.length - start) & ~7);
    absorbWords(this.#v, bytes, start, end);
    this.#tail.set(bytes.subarray(end), 0);
    this.#tailSize = bytes.length - end;
  }

  /** Ends the hashing. The words of the output are in little-endian order. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#tail.fill(0, this.#tailSize);
    this.#tail[7] = this.#size % 256;
    absorbWords(this.#v, this.#tail, 0, 8);
    const output = new DataView(new ArrayBuffer(this.#outputSize));
    this.#v[4]! ^= this.#outputSize === 16 ? 0xee : 0xff;
    this.#writeWord(output, 0);
    if (this.#outputSize === 16) {
      this.#v[2]! ^= 0xdd;
      this.#writeWord(output, 8);
    }
    return new Uint8Array(output.buffer);
  }

  #writeWord(output: DataView, offset: number): void {
    const v = this.#v;
    rounds(v, 4);
    output.setInt32(offset, v[0]! ^ v[2]! ^ v[4]! ^ v[6]!, true);
    output.setInt32(offset + 4, v[1]! ^ v[3]! ^ v[5]! ^ v[7]!, true);
  }
}

function absorbWords(v: Int32Array, bytes: Uint8Array, start: number, end: number): void {
  for (let i = start; i < end; i += 8) {
    const low = bytes[i]! | bytes[i + 1]! << 8 | bytes[i + 2]! << 16 | bytes[i + 3]! << 24;
    const high = bytes[i + 4]! | bytes[i + 5]! << 8 | bytes[i + 6]! << 16 | bytes[i + 7]! << 24;
    v[6]! ^= low;
    v[7]! ^= high;
    rounds(v, 2);
    v[0]! ^= low;
    v[1]! ^= high;
  }
}

/** SipRounds on the halves; the names follow the paper's v0..v3. */
function rounds(v: Int32Array, count: number): void {
  let a = v[0]!, A = v[1]!, b = v[2]!, B = v[3]!, c = v[4]!, C = v[5]!, d = v[6]!, D = v[7]!;
  let low: number;
  for (let i = 0; i < count; i++) {
    // v0 += v1; v1 = rotl(v1, 13) ^ v0; v0 = rotl(v0, 32)
    low = (a >>> 0) + (b >>> 0);
    A = A + B + (low > 0xffffffff ? 1 : 0) | 0;
    a = low | 0;
    low = b << 13 | B >>> 19;
    B = (B << 13 | b >>> 19) ^ A;
    b = low ^ a;
    low = a, a = A, A = low;
    // v2 += v3; v3 = rotl(v3, 16) ^ v2
    low = (c >>> 0) + (d >>> 0);
    C = C + D + (low > 0xffffffff ? 1 : 0) | 0;
    c = low | 0;
    low = d << 16 | D >>> 16;
    D = (D << 16 | d >>> 16) ^ C;
    d = low ^ c;
    // v0 += v3; v3 = rotl(v3, 21) ^ v0
    low = (a >>> 0) + (d >>> 0);
    A = A + D + (low > 0xffffffff ? 1 : 0) | 0;
    a = low | 0;
    low = d << 21 | D >>> 11;
    D = (D << 21 | d >>> 11) ^ A;
    d = low ^ a;
    // v2 += v1; v1 = rotl(v1, 17) ^ v2; v2 = rotl(v2, 32)
    low = (c >>> 0) + (b >>> 0);
    C = C + B + (low > 0xffffffff ? 1 : 0) | 0;
    c = low | 0;
    low = b << 17 | B >>> 15;
    B = (B << 17 | b >>> 15) ^ C;
    b = low ^ c;
    low = c, c = C, C = low;
  }
  v[0] = a, v[1] = A, v[2] = b, v[3] = B, v[4] = c, v[5] = C, v[6] = d, v[7] = D;
}
