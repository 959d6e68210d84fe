import { sizeInUtf8 } from "./text.ts";

/** Records of a PAX header, and how many bytes they are in UTF-8. */
export interface PaxText {
  readonly text: string;
  readonly size: number;
}

/**
 * Records of a PAX header, `"%d %s=%s\n"`, where the number counts the record's own bytes, itself
 * included, in UTF-8.
 *
 * Specification: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03
 */
export function paxText(records: ReadonlyMap<string, string>): PaxText {
  let text = "";
  let size = 0;
  for (const [key, value] of records) {
    const rest = ` ${key}=${value}\n`;
    const total = withOwnDigits(rest.length - value.length + sizeInUtf8(value));
    text += `${total}${rest}`;
    size += total;
  }
  return { text, size };
}

/** One more digit may be what makes one more digit necessary. */
function withOwnDigits(size: number): number {
  const total = size + String(size).length;
  return Math.max(total, size + String(total).length);
}
