import { open } from "node:fs/promises";
import { gzipSync } from "node:zlib";

/** A file of the host. */
export interface SampledFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

const SAMPLE_BYTES = 32 * 1024;
const SAMPLES = 32;
/** When nothing can be read: as of source code. */
const USUAL_RATIO = 0.3;

/**
 * What packing leaves of files, as a part of their size: samples are packed, from places that lie
 * evenly in all of their bytes. Files that cannot be read are passed over.
 */
export async function sampleRatio(
  files: readonly SampledFile[],
  signal?: AbortSignal,
): Promise<number> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const sum = { read: 0, packed: 0 };
  for (const { path, offset } of samplesOf(files, total)) {
    signal?.throwIfAborted();
    const bytes = await readSample(path, offset).catch(() => new Uint8Array());
    if (bytes.length === 0) continue;
    sum.read += bytes.length;
    sum.packed += gzipSync(bytes, { level: 4 }).length;
  }
  return sum.read === 0 ? USUAL_RATIO : Math.min(sum.packed / sum.read, 1);
}

interface Sample {
  readonly path: string;
  readonly offset: number;
}

function* samplesOf(files: readonly SampledFile[], total: number): Generator<Sample> {
  const step = Math.max(total / SAMPLES, SAMPLE_BYTES);
  let next = 0;
  let start = 0;
  for (const { path, size } of files) {
    for (; next < start + size; next += step) yield { path, offset: Math.floor(next - start) };
    start += size;
  }
}

async function readSample(path: string, offset: number): Promise<Uint8Array> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(
    new Uint8Array(SAMPLE_BYTES),
    0,
    SAMPLE_BYTES,
    offset,
  );
  return buffer.subarray(0, bytesRead);
}
