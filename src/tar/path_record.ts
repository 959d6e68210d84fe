/**
 * Which paths a layer has so far, and which of them are files. A layer has hundreds of thousands, so
 * hashes of 63 bits stand for them: of a million paths, two different ones are taken for the same
 * once in twenty million layers, and the layer is refused then.
 */
export class PathRecord {
  /** Two words for each path, 0 where there is none. A power of two of them. */
  #slots = new Uint32Array(2 * 1024);
  #count = 0;
  /** Of the path that was looked up last. */
  #low = 0;
  #high = 0;

  /** Says whether the path is a new one. */
  add(path: string, isFile: boolean): boolean {
    const slot = this.#find(path);
    if (this.#slots[slot + 1] !== 0) return false;
    this.#slots[slot] = this.#low;
    this.#slots[slot + 1] = isFile ? this.#high | IS_FILE : this.#high;
    if (++this.#count * 3 > this.#slots.length) this.#grow();
    return true;
  }

  hasFile(path: string): boolean {
    return (this.#slots[this.#find(path) + 1]! & IS_FILE) !== 0;
  }

  /** Where a path stands, or would stand. */
  #find(path: string): number {
    this.#hash(path);
    return this.#slotOf(this.#low, this.#high);
  }

  #slotOf(low: number, high: number): number {
    const slots = this.#slots;
    for (let slot = 2 * low & (slots.length - 1);; slot = slot + 2 & (slots.length - 1)) {
      const other = slots[slot + 1]!;
      if (other === 0) return slot;
      if (slots[slot] === low && (other & ~IS_FILE) >>> 0 === high) return slot;
    }
  }

  /** https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js */
  #hash(path: string): void {
    let low = 0xdeadbeef;
    let high = 0x41c6ce57;
    for (let i = 0; i < path.length; i++) {
      const unit = path.charCodeAt(i);
      low = Math.imul(low ^ unit, 2654435761);
      high = Math.imul(high ^ unit, 1597334677);
    }
    low = Math.imul(low ^ low >>> 16, 2246822507) ^ Math.imul(high ^ high >>> 13, 3266489909);
    high = Math.imul(high ^ high >>> 16, 2246822507) ^ Math.imul(low ^ low >>> 13, 3266489909);
    this.#low = low >>> 0;
    // The lowest bit says whether it is a file, and a slot that is taken is never 0.
    this.#high = (high & ~IS_FILE) >>> 0 || 2;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(2 * before.length);
    for (let slot = 0; slot < before.length; slot += 2) {
      const high = before[slot + 1]!;
      if (high === 0) continue;
      const place = this.#slotOf(before[slot]!, (high & ~IS_FILE) >>> 0);
      this.#slots[place] = before[slot]!;
      this.#slots[place + 1] = high;
    }
    before.buffer.transfer(0);
  }
}

const IS_FILE = 1;
