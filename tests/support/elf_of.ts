/** What {@linkcode elfOf} makes an ELF file say. */
export interface ElfSpec {
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  /** Names of versions by the library that they are asked of: `{ "libc.so.6": ["GLIBC_2.34"] }`. */
  readonly versions?: Readonly<Record<string, readonly string[]>>;
  /** Those of the versions that are asked for weakly. */
  readonly weak?: readonly string[];
  /** 62 is x86-64. */
  readonly machine?: number;
  /** 2 is a program, 3 a library, or a program that may lie anywhere. */
  readonly type?: number;
  /** Bytes of nothing before the tables of names, and before what says where these are. */
  readonly gaps?: { readonly names?: number; readonly dynamic?: number };
  /** Puts what says where the names are before them. */
  readonly dynamicFirst?: boolean;
}

/** Where the file lies in the memory of the program. */
const BASE = 0x400000;
const HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;

/** A 64-bit, little-endian ELF file that says this, and does nothing. */
export function elfOf(spec: ElfSpec): Uint8Array {
  const { type = 3, machine = 62, gaps = {} } = spec;
  const names = new Names();
  const dynamic = dynamicOf(spec, names);
  const versions = versionsOf(spec, names);
  const interpreter = spec.interpreter === undefined ? "" : `${spec.interpreter}\0`;
  const place = new Places(HEADER_BYTES + 3 * SEGMENT_BYTES);
  const at = { interpreter: place.next(interpreter.length), dynamic: 0, names: 0, versions: 0 };
  const dynamicBytes = (dynamic.length + 6) * 16;
  const placeDynamic = () => {
    place.next(gaps.dynamic ?? 0);
    at.dynamic = place.next(dynamicBytes);
  };
  if (spec.dynamicFirst) placeDynamic();
  place.next(gaps.names ?? 0);
  at.names = place.next(names.bytes.length);
  at.versions = place.next(versions.length);
  if (!spec.dynamicFirst) placeDynamic();

  const file = new Uint8Array(place.end);
  const view = new DataView(file.buffer);
  const u64 = (offset: number, value: number) => view.setBigUint64(offset, BigInt(value), true);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, type, true);
  view.setUint16(18, machine, true);
  u64(32, HEADER_BYTES);
  view.setUint16(54, SEGMENT_BYTES, true);
  view.setUint16(56, 3, true);
  const segment = (index: number, kind: number, offset: number, size: number) => {
    const entry = HEADER_BYTES + index * SEGMENT_BYTES;
    view.setUint32(entry, kind, true);
    u64(entry + 8, offset);
    u64(entry + 16, BASE + offset);
    u64(entry + 32, size);
  };
  segment(0, 1, 0, place.end);
  segment(1, 2, at.dynamic, dynamicBytes);
  segment(2, interpreter === "" ? 0 : 3, at.interpreter, interpreter.length);
  file.set(new TextEncoder().encode(interpreter), at.interpreter);
  file.set(names.bytes, at.names);
  file.set(versions, at.versions);
  const tags: [number, number][] = [
    ...dynamic,
    [5, BASE + at.names],
    [10, names.bytes.length],
    ...(versions.length === 0 ? [] : [
      [0x6ffffffe, BASE + at.versions] as [number, number],
      [0x6fffffff, Object.keys(spec.versions!).length] as [number, number],
    ]),
  ];
  tags.forEach(([tag, value], i) => {
    u64(at.dynamic + i * 16, tag);
    u64(at.dynamic + i * 16 + 8, value);
  });
  return file;
}

function dynamicOf(spec: ElfSpec, names: Names): [tag: number, value: number][] {
  const { needed = [], soname, rpath, runpath } = spec;
  const optional = (tag: number, text: string | undefined): [number, number][] =>
    text === undefined ? [] : [[tag, names.add(text)]];
  return [
    ...needed.map((name): [number, number] => [1, names.add(name)]),
    ...optional(14, soname),
    ...optional(15, rpath),
    ...optional(29, runpath),
  ];
}

function versionsOf({ versions = {}, weak = [] }: ElfSpec, names: Names): Uint8Array {
  const parts: number[][] = [];
  const libraries = Object.entries(versions);
  libraries.forEach(([library, asked], i) => {
    const size = 16 + asked.length * 16;
    const next = i === libraries.length - 1 ? 0 : size;
    parts.push([...u16(1), ...u16(asked.length), ...u32(names.add(library)), ...u32(16)]);
    parts.push(u32(next));
    asked.forEach((name, at) => {
      const toNext = at === asked.length - 1 ? 0 : 16;
      const flags = weak.includes(name) ? 2 : 0;
      parts.push([...u32(0), ...u16(flags), ...u16(2), ...u32(names.add(name)), ...u32(toNext)]);
    });
  });
  return new Uint8Array(parts.flat());
}

function u16(value: number): number[] {
  return [value & 0xff, value >>> 8];
}

function u32(value: number): number[] {
  return [...u16(value & 0xffff), ...u16(value >>> 16)];
}

/** A table of texts, each behind a NUL. */
class Names {
  bytes = new Uint8Array(1);

  add(text: string): number {
    const offset = this.bytes.length;
    const added = new TextEncoder().encode(`${text}\0`);
    const all = new Uint8Array(offset + added.length);
    all.set(this.bytes);
    all.set(added, offset);
    this.bytes = all;
    return offset;
  }
}

class Places {
  end: number;

  constructor(start: number) {
    this.end = start;
  }

  /** Where so many bytes begin. */
  next(size: number): number {
    const start = Math.ceil(this.end / 8) * 8;
    this.end = start + size;
    return start;
  }
}
