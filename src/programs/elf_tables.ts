/**
 * The tables of an ELF file that say what it needs. Whatever a damaged file says, they are short.
 * Specification: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 */
import type { ByteRange } from "./reading.ts";

export const ELF_HEADER_BYTES = 64;
/** Far more than linkers write. */
export const DYNAMIC_BYTES = 64 * 1024;
export const VERSIONS_BYTES = 64 * 1024;
const MOST_VERSIONS = 1024;
const MOST_SEGMENTS = 1024;

const SEGMENT_BYTES = 56;
const ELF64_LITTLE_ENDIAN = 0x0201;
const MACHINE_X86_64 = 62;
const TYPE_EXECUTABLE = 2;
const TYPE_SHARED = 3;

export function isElf(beginning: Uint8Array): boolean {
  return beginning[0] === 0x7f && beginning[1] === 0x45 && beginning[2] === 0x4c &&
    beginning[3] === 0x46;
}

/** Where the table of segments is; nothing when it is no program or library for x86-64. */
export function parseElfHeader(bytes: Uint8Array): ByteRange | undefined {
  if (bytes.length < ELF_HEADER_BYTES || !isElf(bytes)) return undefined;
  const header = viewOf(bytes);
  const type = header.getUint16(16, true);
  const count = header.getUint16(56, true);
  const isOurs = header.getUint16(4) === ELF64_LITTLE_ENDIAN &&
    header.getUint16(18, true) === MACHINE_X86_64 &&
    (type === TYPE_EXECUTABLE || type === TYPE_SHARED) &&
    header.getUint16(54, true) === SEGMENT_BYTES && count <= MOST_SEGMENTS;
  return isOurs ? { offset: uint64(header, 32), size: count * SEGMENT_BYTES } : undefined;
}

/** Machines that run programs, by their numbers; others are parts of graphics cards and the like. */
const OTHER_MACHINES: Readonly<Record<number, string>> = {
  3: "386",
  8: "mips",
  20: "ppc",
  21: "ppc64",
  22: "s390x",
  40: "arm",
  183: "arm64",
  243: "riscv64",
  258: "loong64",
};
const BIG_ENDIAN = 2;

/** The machine of a program or library that is for another one than x86-64; nothing for all else. */
export function foreignMachine(bytes: Uint8Array): string | undefined {
  if (bytes.length < ELF_HEADER_BYTES || !isElf(bytes)) return undefined;
  const header = viewOf(bytes);
  const isLittle = header.getUint8(5) !== BIG_ENDIAN;
  const type = header.getUint16(16, isLittle);
  const isLoaded = type === TYPE_EXECUTABLE || type === TYPE_SHARED;
  return isLoaded ? OTHER_MACHINES[header.getUint16(18, isLittle)] : undefined;
}

/** A part of the file that is loaded, or says how. */
export interface Segment extends ByteRange {
  readonly type: "loaded" | "dynamic" | "interpreter" | undefined;
  /** Where it is in the memory of the program. */
  readonly address: number;
}

const SEGMENT_TYPES = { 1: "loaded", 2: "dynamic", 3: "interpreter" } as const;

export function parseSegments(bytes: Uint8Array): readonly Segment[] {
  const table = viewOf(bytes);
  const segments: Segment[] = [];
  for (let at = 0; at + SEGMENT_BYTES <= bytes.length; at += SEGMENT_BYTES) {
    segments.push({
      type: SEGMENT_TYPES[table.getUint32(at, true) as 1],
      offset: uint64(table, at + 8),
      address: uint64(table, at + 16),
      size: uint64(table, at + 32),
    });
  }
  return segments;
}

/** From an address of the program's memory to the end of the segment that it is in. */
export function fileRange(
  address: number | undefined,
  segments: readonly Segment[],
): ByteRange | undefined {
  if (address === undefined) return undefined;
  const segment = segments.find((candidate) =>
    candidate.type === "loaded" && address >= candidate.address &&
    address < candidate.address + candidate.size
  );
  if (segment === undefined) return undefined;
  const skipped = address - segment.address;
  return { offset: segment.offset + skipped, size: segment.size - skipped };
}

/** What the interpreter is told. Names are offsets in the table of texts. */
export interface Dynamic {
  /** The address of the table of texts, and its size. */
  readonly texts: number | undefined;
  readonly textBytes: number;
  readonly needed: readonly number[];
  readonly soname: number | undefined;
  readonly rpath: readonly number[];
  readonly runpath: readonly number[];
  /** The address of the versions that it asks for, and of how many libraries. */
  readonly versions: number | undefined;
  readonly versionCount: number;
}

const TAGS = {
  needed: 1,
  texts: 5,
  textBytes: 10,
  soname: 14,
  rpath: 15,
  runpath: 29,
  versions: 0x6ffffffe,
  versionCount: 0x6fffffff,
} as const;

export function parseDynamic(bytes: Uint8Array): Dynamic {
  const section = viewOf(bytes);
  const entries: (readonly [tag: number, value: number])[] = [];
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const tag = uint64(section, at);
    if (tag === 0) break;
    entries.push([tag, uint64(section, at + 8)]);
  }
  const all = (name: keyof typeof TAGS) =>
    entries.filter(([tag]) => tag === TAGS[name]).map(([, value]) => value);
  return {
    texts: all("texts")[0],
    textBytes: all("textBytes")[0] ?? 0,
    needed: all("needed"),
    soname: all("soname")[0],
    rpath: all("rpath"),
    runpath: all("runpath"),
    versions: all("versions")[0],
    versionCount: all("versionCount")[0] ?? 0,
  };
}

/** The interpreter starts a program without such a version, and only says that it is not there. */
const VERSION_WEAK = 2;

/**
 * The names of all versions that must be there, as offsets in the table of texts.
 * https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
 *
 * @param libraries Of how many libraries versions are asked for.
 */
export function parseVersions(bytes: Uint8Array, libraries: number): readonly number[] {
  const section = viewOf(bytes);
  const names: number[] = [];
  const has = (at: number) => at + 16 <= bytes.length && names.length < MOST_VERSIONS;
  for (let library = 0, left = libraries; left > 0 && has(library); left--) {
    let version = library + section.getUint32(library + 8, true);
    for (let count = section.getUint16(library + 2, true); count > 0 && has(version); count--) {
      const isWeak = (section.getUint16(version + 4, true) & VERSION_WEAK) !== 0;
      if (!isWeak) names.push(section.getUint32(version + 8, true));
      const toNext = section.getUint32(version + 12, true);
      if (toNext === 0) break;
      version += toNext;
    }
    const toNext = section.getUint32(library + 12, true);
    if (toNext === 0) break;
    library += toNext;
  }
  return names;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Numbers that no file can have become too large, and the ranges that they say empty. */
function uint64(bytes: DataView, offset: number): number {
  return bytes.getUint32(offset + 4, true) * 2 ** 32 + bytes.getUint32(offset, true);
}
