/** One block of ustar, the oldest and plainest form of a header. */
import { writeAscii } from "./text.ts";

/** Everything in a tar is a multiple of this many bytes. */
export const BLOCK_BYTES = 512;

const ZERO = 0x30;
/** Octal digits that an integer of the machine holds. */
const LOW_COUNT = 10;
const LOW_DIGITS = 8 ** LOW_COUNT;

/** What a block says besides the path. */
export interface UstarFields {
  readonly typeFlag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly target: string;
}

/** A path in ustar's two fields. */
export interface UstarPlace {
  readonly path: string;
  /** The slash at which it is cut into prefix and name; -1 when it is a name alone. */
  readonly slash: number;
}

/** Writes a block. There are hundreds of thousands in a layer: summed up while they are written. */
export function writeUstar(
  bytes: Uint8Array,
  at: number,
  fields: UstarFields,
  { path, slash }: UstarPlace,
): void {
  const form = formOf(fields);
  bytes.set(form.block, at);
  let sum = form.sum;
  sum += writeAscii(bytes, at, path, slash + 1);
  sum += writeOctal(bytes, at + 100, 8, fields.mode);
  sum += writeOctal(bytes, at + 124, 12, fields.size);
  sum += writeAscii(bytes, at + 156, fields.typeFlag);
  sum += writeAscii(bytes, at + 157, fields.target);
  if (slash > 0) sum += writeAscii(bytes, at + 345, path, 0, slash);
  writeOctal(bytes, at + 148, 7, sum);
  bytes[at + 154] = 0; // And then the last of the spaces.
}

/** What the headers of many entries have in common. */
interface Form {
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly block: Uint8Array;
  /** Of its bytes. */
  readonly sum: number;
}

type FormFields = Pick<UstarFields, "uid" | "gid" | "mtime">;

/** That of all PAX headers, and that of the last entry. */
const ALL_ZERO = newForm({ uid: 0, gid: 0, mtime: 0 });
let last = ALL_ZERO;

function formOf(fields: FormFields): Form {
  if (isLike(ALL_ZERO, fields)) return ALL_ZERO;
  if (!isLike(last, fields)) last = newForm(fields);
  return last;
}

function isLike(form: Form, { uid, gid, mtime }: FormFields): boolean {
  return form.uid === uid && form.gid === gid && form.mtime === mtime;
}

function newForm({ uid, gid, mtime }: FormFields): Form {
  const block = new Uint8Array(BLOCK_BYTES);
  let sum = writeOctal(block, 108, 8, uid);
  sum += writeOctal(block, 116, 8, gid);
  sum += writeOctal(block, 136, 12, mtime);
  sum += writeAscii(block, 148, "        "); // The checksum counts itself as spaces.
  sum += writeAscii(block, 257, "ustar\x0000");
  sum += writeOctal(block, 329, 8, 0);
  sum += writeOctal(block, 337, 8, 0);
  return { uid, gid, mtime, block, sum };
}

/** Digits up to the last byte of the field, which is a NUL. Returns the sum of the bytes. */
function writeOctal(bytes: Uint8Array, offset: number, size: number, value: number): number {
  let sum = 0;
  // In two parts that are integers of the machine.
  let left = value % LOW_DIGITS;
  const above = (value - left) / LOW_DIGITS;
  const last = offset + size - 2;
  for (let at = last; at >= offset; at--) {
    if (at === last - LOW_COUNT) left = above;
    const digit = ZERO + (left & 7);
    bytes[at] = digit;
    sum += digit;
    left >>>= 3;
  }
  return sum;
}
