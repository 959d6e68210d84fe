import {
  type Dynamic,
  DYNAMIC_BYTES,
  fileRange,
  foreignMachine,
  parseDynamic,
  parseElfHeader,
  parseSegments,
  parseVersions,
  type Segment,
  VERSIONS_BYTES,
} from "./elf_tables.ts";
import { newestGlibc } from "./glibc_version.ts";
import type { ElfFacts } from "./program_facts.ts";
import { type ByteRange, NOTHING, type Reading } from "./reading.ts";

/** Longer texts are no names that a file could have. */
const NAME_BYTES = 256;
const PATH_BYTES = 4096;

/**
 * Reads an ELF file for x86-64, by its segments alone: programs may come without sections. Of one for
 * another machine nothing but that is said.
 * Specification: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 *
 * @param header The first bytes of the file.
 */
export function* readElf(header: Uint8Array): Reading {
  const segmentTable = parseElfHeader(header);
  if (segmentTable === undefined) {
    const machine = foreignMachine(header);
    return machine === undefined ? undefined : { kind: "foreign-elf", machine };
  }
  const [table] = yield [segmentTable];
  const segments = parseSegments(table!);
  const [interpreter, section] = yield [
    limited(segments.find(({ type }) => type === "interpreter"), PATH_BYTES),
    limited(segments.find(({ type }) => type === "dynamic"), DYNAMIC_BYTES),
  ];
  const dynamic = parseDynamic(section!);
  const path = textOf(interpreter!);
  const common = { kind: "elf", ...(path.startsWith("/") ? { interpreter: path } : {}) } as const;
  const text = textRanges(dynamic, segments);
  if (text === undefined) return { ...common, needed: [], rpath: [], runpath: [] };
  const [versions, soname, ...texts] = yield [
    limited(fileRange(dynamic.versions, segments), VERSIONS_BYTES),
    dynamic.soname === undefined ? NOTHING : text(dynamic.soname, NAME_BYTES),
    ...dynamic.needed.map((offset) => text(offset, NAME_BYTES)),
    ...[...dynamic.rpath, ...dynamic.runpath].map((offset) => text(offset, PATH_BYTES)),
  ];
  const asked = parseVersions(versions!, dynamic.versionCount);
  const glibc = newestGlibc((yield asked.map((at) => text(at, NAME_BYTES))).map(textOf));
  const folders = texts.slice(dynamic.needed.length).map(foldersOf);
  return {
    ...common,
    needed: texts.slice(0, dynamic.needed.length).map(textOf),
    ...(dynamic.soname === undefined ? {} : { soname: textOf(soname!) }),
    rpath: folders.slice(0, dynamic.rpath.length).flat(),
    runpath: folders.slice(dynamic.rpath.length).flat(),
    ...(glibc === undefined ? {} : { glibc }),
  } satisfies ElfFacts;
}

/** Where a text lies in the file, by its offset in the table of texts. */
function textRanges(
  { texts, textBytes }: Dynamic,
  segments: readonly Segment[],
): ((offset: number, most: number) => ByteRange) | undefined {
  const table = fileRange(texts, segments);
  if (table === undefined) return undefined;
  const size = Math.min(textBytes, table.size);
  return (offset, most) => ({
    offset: table.offset + offset,
    size: Math.max(0, Math.min(size - offset, most)),
  });
}

function limited(range: ByteRange | undefined, most: number): ByteRange {
  if (range === undefined) return NOTHING;
  return { offset: range.offset, size: Math.min(range.size, most) };
}

function foldersOf(list: Uint8Array): readonly string[] {
  return textOf(list).split(":").filter((folder) => folder !== "");
}

/** Up to the first NUL, as UTF-8. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
