/**
 * A folder that has the shape of a real Python environment: many small texts, few large binaries that
 * hold most of the bytes, duplicates, symlinks, and files that name the folder they were built in.
 * The same size gives the same bytes everywhere.
 */
import { closeSync, mkdirSync, openSync, symlinkSync, writeSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** How large a sample is. */
export interface SampleSize {
  /** Of all files, in bytes. */
  readonly bytes: number;
  readonly files: number;
}

/** Options of {@linkcode makeSampleEnvironment}. */
export interface SampleOptions extends SampleSize {
  /** What relocated files name: where the environment is said to have been built. */
  readonly stagePath: string;
}

/** Of the real environment that the shape is taken from: 15,828 blobs for 17,499 files. */
const DUPLICATES = 1 - 15_828 / 17_499;
const MEDIAN_BYTES = 3_500;
const SPREAD = 2.3;
const LARGEST_BYTES = 120e6;
const FILES_IN_FOLDER = 10;

/** Writes the environment into a folder that does not exist yet. */
export async function makeSampleEnvironment(
  folder: string,
  { bytes, files, stagePath }: SampleOptions,
): Promise<void> {
  const random = new Random(42);
  const sizes = fileSizes(random, { bytes, files });
  const pools = { text: textPool(random), binary: binaryPool(random) };
  const written: { readonly path: string; readonly size: number; readonly seed: number }[] = [];
  for (const [index, size] of sizes.entries()) {
    const original = random.next() < DUPLICATES ? written[random.below(written.length)] : undefined;
    const isBinary = size > 64 * 1024 ? random.next() < 0.9 : random.next() < 0.1;
    const name = `${isBinary ? "lib" : "module"}${index}.${isBinary ? "so" : "py"}`;
    const path = join(folderOf(index), name);
    const { seed, size: finalSize } = original ?? { seed: index + 1, size };
    const pool = isBinary ? pools.binary : pools.text;
    writeSample(join(folder, path), { size: finalSize, seed, pool });
    if (original === undefined) written.push({ path, size, seed });
    if (index % 150 === 0) symlinkSync(name, join(folder, dirname(path), `link${index}`));
  }
  mkdirSync(join(folder, "bin"));
  for (let i = 0; i < Math.max(10, files / 400); i++) {
    await writeFile(
      join(folder, "bin", `script${i}`),
      `#!${stagePath}/bin/python\nimport m${i}\n`,
      {
        mode: 0o755,
      },
    );
  }
}

/** Sizes of a log-normal distribution, scaled so that their sum is right. */
function fileSizes(random: Random, { bytes, files }: SampleSize): readonly number[] {
  const raw = Array.from({ length: files }, () => {
    const size = MEDIAN_BYTES * Math.exp(SPREAD * random.normal());
    return Math.min(size, LARGEST_BYTES, bytes / 8);
  });
  const scale = bytes / raw.reduce((sum, size) => sum + size, 0);
  return raw.map((size) => Math.round(size * scale));
}

function folderOf(index: number): string {
  const folder = Math.floor(index / FILES_IN_FOLDER);
  return join("lib", "python3.11", "site-packages", `package${folder % 97}`, `part${folder}`);
}

interface SampleFile {
  readonly size: number;
  readonly seed: number;
  readonly pool: Uint8Array;
}

const PIECE_BYTES = 4096;

/** Pieces of the pool in an order of the file's own: they repeat, but too far apart to be found. */
function writeSample(path: string, { size, seed, pool }: SampleFile): void {
  mkdirSync(dirname(path), { recursive: true });
  const random = new Random(seed);
  const file = openSync(path, "w", 0o644);
  const chunk = new Uint8Array(Math.min(size, 1024 * 1024));
  for (let left = size; left > 0;) {
    const part = chunk.subarray(0, Math.min(chunk.length, left));
    for (let offset = 0; offset < part.length; offset += PIECE_BYTES) {
      const start = random.below(pool.length - PIECE_BYTES);
      part.set(pool.subarray(start, start + Math.min(PIECE_BYTES, part.length - offset)), offset);
    }
    writeSync(file, part);
    left -= part.length;
  }
  closeSync(file);
}

const POOL_BYTES = 4 * 1024 * 1024;

/** Words of skewed frequency: compresses to about a third. */
function textPool(random: Random): Uint8Array {
  const words = Array.from(
    { length: 4000 },
    () =>
      Array.from({ length: 2 + random.below(9) }, () => String.fromCharCode(97 + random.below(26)))
        .join(""),
  );
  let text = "";
  while (text.length < POOL_BYTES) {
    const word = words[Math.floor(words.length * random.next() ** 3)]!;
    text += word + (random.next() < 0.1 ? "\n    " : " ");
  }
  return new TextEncoder().encode(text.slice(0, POOL_BYTES));
}

/** Instructions and tables in turn: compresses to about a half. */
function binaryPool(random: Random): Uint8Array {
  const pool = new Uint8Array(POOL_BYTES);
  const codes = Array.from(
    { length: 600 },
    () => Array.from({ length: 4 + random.below(9) }, () => random.below(256)),
  );
  for (let offset = 0; offset < pool.length;) {
    const code = codes[Math.floor(codes.length * random.next() ** 2)]!;
    for (const byte of code) pool[offset++] = byte;
    if (random.next() < 0.12) pool[offset++] = random.below(256);
  }
  return pool;
}

/** xorshift32: https://www.jstatsoft.org/article/view/v008i14 */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 2654435761) | 1;
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** Of the standard normal distribution. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(this.next() || Number.MIN_VALUE));
    return radius * Math.cos(2 * Math.PI * this.next());
  }
}
