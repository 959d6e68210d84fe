/** Text of headers. Nearly all of it is ASCII, which is looked at and written here, without a call. */
import { Buffer } from "node:buffer";

/** Whether it consists of ASCII, without NUL. */
export function isAscii(text: string): boolean {
  return isWithin(text, 0x01, 0x7f);
}

/** Whether it consists of ASCII that can be seen, and spaces. */
export function isPrintable(text: string): boolean {
  return isWithin(text, 0x20, 0x7e);
}

/** Writes ASCII, from one index of the text to another. @returns The sum of the bytes. */
export function writeAscii(
  bytes: Uint8Array,
  at: number,
  text: string,
  start = 0,
  end = text.length,
): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const byte = text.charCodeAt(i);
    bytes[at++] = byte;
    sum += byte;
  }
  return sum;
}

/** In bytes. */
export function sizeInUtf8(text: string): number {
  return isAscii(text) ? text.length : Buffer.byteLength(text);
}

function isWithin(text: string, lowest: number, highest: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < lowest || unit > highest) return false;
  }
  return true;
}
