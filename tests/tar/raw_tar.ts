import { concat } from "../../src/bytes/mod.ts";

/** Fields of a header as they are to be stored: wrong ones too. */
export interface RawMember {
  readonly name: string | Uint8Array;
  readonly typeflag?: string;
  readonly linkname?: string;
  readonly mode?: string;
  readonly uid?: string | Uint8Array;
  readonly gid?: string | Uint8Array;
  /** The content's own size by default. */
  readonly size?: string | Uint8Array;
  readonly mtime?: string | Uint8Array;
  readonly magic?: string;
  readonly prefix?: string;
  /** Added to the right checksum. */
  readonly checksumError?: number;
  readonly content?: string | Uint8Array;
}

/** A tar archive of hand-made members, with its two blocks of zeros. */
export function rawTar(...members: readonly RawMember[]): Uint8Array {
  return concat([...members.map(rawMember), new Uint8Array(1024)]);
}

/** A header and its padded content. */
export function rawMember(member: RawMember): Uint8Array {
  const content = bytesOf(member.content ?? "");
  const header = new Uint8Array(512);
  const put = (offset: number, value: string | Uint8Array) => header.set(bytesOf(value), offset);
  put(0, member.name);
  put(100, member.mode ?? "0000644\0");
  put(108, member.uid ?? "0000000\0");
  put(116, member.gid ?? "0000000\0");
  put(124, member.size ?? content.length.toString(8).padStart(11, "0") + "\0");
  put(136, member.mtime ?? "00000000000\0");
  put(156, member.typeflag ?? "0");
  put(157, member.linkname ?? "");
  put(257, member.magic ?? "ustar\x0000");
  put(345, member.prefix ?? "");
  put(148, "        ");
  const sum = header.reduce((total, byte) => total + byte, 0) + (member.checksumError ?? 0);
  put(148, sum.toString(8).padStart(6, "0") + "\0 ");
  return concat([header, content, new Uint8Array((512 - content.length % 512) % 512)]);
}

/** A PAX header for the next member, or, with "g", for all. */
export function pax(
  records: Readonly<Record<string, string>>,
  typeflag: "x" | "g" = "x",
): RawMember {
  const content = concat(
    Object.entries(records).map(([key, value]) => {
      const rest = bytesOf(` ${key}=${value}\n`);
      let length = rest.length;
      while (String(length).length + rest.length !== length) {
        length = String(length).length + rest.length;
      }
      return concat([bytesOf(String(length)), rest]);
    }),
  );
  return { name: "PaxHeaders/x", typeflag, content };
}

export function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}
