import { SPARSE_MAP } from "./reader_sparse.ts";
import { decodeName } from "./reader_text.ts";

/** PAX records by their keyword. A value that is empty takes back what an earlier header said. */
export type PaxRecords = ReadonlyMap<string, string>;

/** The only keywords that stand there several times, one after another. */
const REPEATED: ReadonlySet<string> = new Set(["GNU.sparse.offset", "GNU.sparse.numbytes"]);

/**
 * Reads the records of a PAX extended header: `<length> <keyword>=<value>\n`, the length counting
 * the whole record in bytes.
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03
 *
 * @throws {SyntaxError} when a record has another form.
 */
export function parsePax(bytes: Uint8Array): PaxRecords {
  const records = new Map<string, string>();
  const map: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const space = bytes.indexOf(0x20, start);
    const digits = space < 0 ? "" : decodeName(bytes.subarray(start, space));
    const end = start + Number(digits);
    if (!/^[0-9]{1,8}$/.test(digits) || end > bytes.length || bytes[end - 1] !== 0x0a) {
      throw new SyntaxError(`expected a PAX record at byte ${start} of a PAX header`);
    }
    const equals = bytes.indexOf(0x3d, space + 1);
    if (equals <= space + 1 || equals >= end) {
      throw new SyntaxError(`expected a keyword and "=" at byte ${start} of a PAX header`);
    }
    const keyword = decodeName(bytes.subarray(space + 1, equals));
    const value = decodeName(bytes.subarray(equals + 1, end - 1));
    if (REPEATED.has(keyword)) map.push(value);
    else records.set(keyword, value);
    start = end;
  }
  if (map.length > 0) records.set(SPARSE_MAP, map.join(","));
  return records;
}

/**
 * A whole number of a record; times may have a fraction, which is cut off towards the past.
 * @returns `undefined` when there is no such record.
 */
export function paxNumber(records: PaxRecords, keyword: string): number | undefined {
  const text = records.get(keyword) ?? "";
  if (text === "") return undefined;
  const value = Math.floor(Number(text));
  if (!/^-?[0-9]+(\.[0-9]*)?$/.test(text) || !Number.isSafeInteger(value)) {
    throw new SyntaxError(`expected a number as PAX record "${keyword}", found "${text}"`);
  }
  return value;
}

/** A path of a record, `undefined` when there is no such record. */
export function paxPath(records: PaxRecords, keyword: string): string | undefined {
  const text = records.get(keyword) ?? "";
  if (text.includes("\0")) throw new SyntaxError(`expected no NUL in PAX record "${keyword}"`);
  return text === "" ? undefined : text;
}
