import { Buffer } from "node:buffer";

/** The longest text that is looked for, so much of each chunk is looked at again with the next. */
const LONGEST = "GLIBC_9999.9999".length;

/**
 * Finds the highest version that a shared library names, in its bytes as they stream by. The C
 * library and its program interpreter name each version that they offer, their own last:
 * https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
 */
export class GlibcVersionScan {
  #rest = "";
  #major = -1;
  #minor = -1;

  update(bytes: Uint8Array): void {
    const { buffer, byteOffset, length } = bytes;
    const text = this.#rest + Buffer.from(buffer, byteOffset, length).toString("latin1");
    for (const [, major, minor] of text.matchAll(/GLIBC_([0-9]{1,4})\.([0-9]{1,4})/g)) {
      this.#take(Number(major), Number(minor));
    }
    this.#rest = text.slice(-LONGEST);
  }

  /** Such as "2.36"; `undefined` when none is named. */
  finish(): string | undefined {
    return this.#major < 0 ? undefined : `${this.#major}.${this.#minor}`;
  }

  #take(major: number, minor: number): void {
    if (major < this.#major || (major === this.#major && minor <= this.#minor)) return;
    this.#major = major;
    this.#minor = minor;
  }
}
