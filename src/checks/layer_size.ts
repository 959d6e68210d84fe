/**
 * How large a layer is going to be, from what is known before it is packed. The factors were
 * measured on an environment of Python with 1,750 files.
 */
import { type Packing, SPLICE_BYTES } from "../compression/mod.ts";
import type { Content } from "../packing/mod.ts";
import type { TarEntry } from "../tar/mod.ts";

/** What a layer will hold. All sizes in bytes. */
export interface LayerContent {
  /** Blobs that go into the layer as they are stored, unless another packing is asked for. */
  readonly splicedBytes: number;
  /** Blobs that are packed anew, as gzip at its fastest stores them. */
  readonly storedBytes: number;
  /** What cannot be packed any smaller. */
  readonly packedBytes: number;
  /** Files as they are, of which nothing is known but their size. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly entries: number;
}

/** Adds up what the entries of a layer hold. */
export function layerContent(entries: Iterable<TarEntry<Content>>): LayerContent {
  const sum = { splicedBytes: 0, storedBytes: 0, packedBytes: 0, entries: 0 };
  const files: { path: string; size: number }[] = [];
  for (const entry of entries) {
    sum.entries++;
    if (entry.type !== "file") continue;
    const { content } = entry;
    if (content.kind === "bytes") sum.packedBytes += content.size;
    else if (isPlain(content)) files.push({ path: content.stored.path, size: content.size });
    else if (content.kind === "stored") sum.packedBytes += content.size;
    else if (!content.expected.decode) sum.storedBytes += content.stored.size;
    else if (content.patch === undefined && content.stored.unpackedSize >= SPLICE_BYTES) {
      sum.splicedBytes += content.stored.unpackedSize;
    } else sum.storedBytes += content.stored.unpackedSize;
  }
  return { ...sum, files };
}

/** A file of the host, or a blob of a library that packs none and lies in a folder. */
function isPlain({ expected, stored }: Exclude<Content, { readonly kind: "bytes" }>): boolean {
  return expected?.decode !== true && stored.packing === "none";
}

/** Options of {@linkcode layerSize}. */
export interface LayerSizeOptions {
  readonly packing: Packing;
  /** What packing leaves of plain files: 0.3 of their size by default, as of source code. */
  readonly ratio?: number;
}

/** How many bytes the packed layer will have. */
export function layerSize(
  { splicedBytes, storedBytes, packedBytes, files, entries }: LayerContent,
  { packing, ratio = 0.3 }: LayerSizeOptions,
): number {
  const { stored, entry } = factorsOf(packing);
  // A level that was asked for packs everything anew, and zstd can splice no gzip.
  const isSpliced = packing.codec === "gzip" && packing.level === undefined;
  const blobs = isSpliced
    ? splicedBytes + storedBytes * stored
    : (splicedBytes + storedBytes) * stored;
  const plain = files.reduce((sum, { size }) => sum + size, 0);
  return Math.ceil(blobs + packedBytes + plain * ratio + entries * entry);
}

interface Factors {
  /** Packed bytes for each that gzip at its fastest makes of the same content. */
  readonly stored: number;
  /** Packed bytes of a header. */
  readonly entry: number;
}

function factorsOf({ codec, level }: Packing): Factors {
  if (codec === "zstd") return { stored: (level ?? 3) >= 10 ? 0.74 : 0.87, entry: 45 };
  if ((level ?? 1) <= 3) return { stored: 1.13, entry: 76 };
  return { stored: (level ?? 1) <= 5 ? 0.95 : 0.87, entry: 50 };
}
