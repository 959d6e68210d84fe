import { Buffer } from "node:buffer";

/**
 * Records of a PAX header, `"%d %s=%s\n"`, where the number counts the record's own bytes, itself
 * included, in UTF-8.
 *
 * Specification: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03
 */
export function encodePaxRecords(records: ReadonlyMap<string, string>): Uint8Array {
  let text = "";
  for (const [key, value] of records) text += encodeRecord(key, value);
  return new TextEncoder().encode(text);
}

function encodeRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const size = Buffer.byteLength(rest);
  // The number's own digits count: one more digit may be what makes one more digit necessary.
  let total = size + String(size).length;
  if (size + String(total).length > total) total = size + String(total).length;
  return `${total}${rest}`;
}
