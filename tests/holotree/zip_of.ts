import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";

/** An entry of a zip archive in the making. All but name and content may contradict each other. */
export interface ZipPart {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** 0 is stored, 8 is deflate. */
  readonly method?: number;
  readonly flags?: number;
  /** The upper byte is the system: 3 is Unix. */
  readonly madeBy?: number;
  /** With the mode of Unix in the upper half. */
  readonly attributes?: number;
  /** What the header before the bytes says, where it is something else. */
  readonly headerName?: string;
  readonly headerMethod?: number;
  readonly headerFlags?: number;
  /** What the list says, where it is something else. */
  readonly size?: number;
  readonly unpackedSize?: number;
  readonly headerOffset?: number;
  /** Whether the numbers stand in zip64 fields. */
  readonly zip64?: boolean;
  /** Bytes of the extra field before the entry's bytes. */
  readonly headerExtra?: number;
}

/** What stands around the entries. */
export interface ZipFrame {
  readonly before?: Uint8Array;
  readonly beforeEnd?: Uint8Array;
  readonly comment?: string;
  readonly zip64?: boolean;
  /** What the end says, where it is something else. */
  readonly end?: {
    readonly disk?: number;
    readonly entries?: number;
    readonly size?: number;
    readonly offset?: number;
  };
}

/** Writes a zip archive with an entry for each part. */
export function zipOf(parts: readonly ZipPart[], frame: ZipFrame = {}): Uint8Array {
  const before = frame.before ?? new Uint8Array();
  const chunks: Uint8Array[] = [before];
  const records: Uint8Array[] = [];
  let offset = before.length;
  for (const part of parts) {
    const content = Buffer.from(part.content ?? "");
    const method = part.method ?? 0;
    const bytes = method === 8 ? deflateRawSync(content) : content;
    const header = headerOf(part, { method, size: bytes.length, content });
    records.push(recordOf(part, { method, size: bytes.length, content, offset }));
    chunks.push(header, bytes);
    offset += header.length + bytes.length;
  }
  const directory = Buffer.concat(records);
  const ends = endOf({ entries: parts.length, size: directory.length, offset }, frame);
  return new Uint8Array(Buffer.concat([...chunks, directory, ...ends]));
}

interface Packed {
  readonly method: number;
  readonly size: number;
  readonly content: Uint8Array;
}

function headerOf(part: ZipPart, { method, size, content }: Packed): Uint8Array {
  const name = Buffer.from(part.headerName ?? part.name, "latin1");
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(part.headerFlags ?? part.flags ?? 0, 6);
  header.writeUInt16LE(part.headerMethod ?? method, 8);
  header.writeUInt32LE(crc32(content), 14);
  header.writeUInt32LE(size, 18);
  header.writeUInt32LE(content.length, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(part.headerExtra ?? 0, 28);
  return Buffer.concat([header, name, Buffer.alloc(part.headerExtra ?? 0)]);
}

function recordOf(
  part: ZipPart,
  { method, size, content, offset }: Packed & { readonly offset: number },
): Uint8Array {
  const name = Buffer.from(part.name, "latin1");
  const numbers = [
    part.unpackedSize ?? content.length,
    part.size ?? size,
    part.headerOffset ?? offset,
  ];
  const extra = part.zip64 ? zip64Field(numbers) : Buffer.alloc(0);
  const [unpackedSize, packedSize, headerOffset] = numbers.map((number) =>
    part.zip64 ? 0xffffffff : number
  );
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(part.madeBy ?? 20, 4);
  record.writeUInt16LE(20, 6);
  record.writeUInt16LE(part.flags ?? 0, 8);
  record.writeUInt16LE(method, 10);
  record.writeUInt32LE(crc32(content), 16);
  record.writeUInt32LE(packedSize!, 20);
  record.writeUInt32LE(unpackedSize!, 24);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(part.attributes ?? 0, 38);
  record.writeUInt32LE(headerOffset!, 42);
  return Buffer.concat([record, name, extra]);
}

function zip64Field(numbers: readonly number[]): Uint8Array {
  const field = Buffer.alloc(4 + 8 * numbers.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * numbers.length, 2);
  numbers.forEach((number, i) => field.writeBigUInt64LE(BigInt(number), 4 + 8 * i));
  return field;
}

interface Place {
  readonly entries: number;
  readonly size: number;
  readonly offset: number;
}

function endOf(place: Place, frame: ZipFrame): readonly Uint8Array[] {
  const { disk = 0, ...said } = { ...place, ...frame.end };
  const comment = Buffer.from(frame.comment ?? "", "latin1");
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(disk, 4);
  end.writeUInt16LE(frame.zip64 ? 0xffff : said.entries, 8);
  end.writeUInt16LE(frame.zip64 ? 0xffff : said.entries, 10);
  end.writeUInt32LE(frame.zip64 ? 0xffffffff : said.size, 12);
  end.writeUInt32LE(frame.zip64 ? 0xffffffff : said.offset, 16);
  end.writeUInt16LE(comment.length, 20);
  const large = frame.zip64 ? endOf64(said, place.offset + place.size) : [];
  return [frame.beforeEnd ?? new Uint8Array(), ...large, end, comment];
}

function endOf64({ entries, size, offset }: Place, at: number): readonly Uint8Array[] {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(entries), 24);
  record.writeBigUInt64LE(BigInt(entries), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at), 8);
  locator.writeUInt32LE(1, 16);
  return [record, locator];
}
