/** Options of {@linkcode openFileStream}. */
export interface FileStreamOptions {
  /** Of the first byte, 0 by default. */
  readonly offset?: number;
  /** How many bytes, to the end by default. The stream fails when there are fewer. */
  readonly size?: number;
}

const CHUNK_BYTES = 256 * 1024;

/**
 * A part of a file, or all of it, as a stream. The file is closed at its end or when cancelled.
 *
 * @throws {RangeError} when something else than a file is there.
 */
export async function openFileStream(
  path: string,
  { offset = 0, size }: FileStreamOptions = {},
): Promise<ReadableStream<Uint8Array>> {
  const file = await openFile(path);
  if (offset > 0) await file.seek(offset, Deno.SeekMode.Start);
  let left = size ?? Infinity;
  return new ReadableStream({
    async pull(controller) {
      try {
        const buffer = new Uint8Array(Math.min(CHUNK_BYTES, left));
        const count = left === 0 ? null : await file.read(buffer);
        if (count === null) {
          if (left > 0 && size !== undefined) {
            throw new RangeError(`expected ${size} bytes in "${path}", found ${size - left}`);
          }
          file.close();
          controller.close();
          return;
        }
        left -= count;
        controller.enqueue(buffer.subarray(0, count));
      } catch (error) {
        file.close();
        throw error;
      }
    },
    cancel() {
      file.close();
    },
  }, { highWaterMark: 0 });
}

/**
 * Reads a file into memory.
 *
 * @param limit The most bytes that are taken, whatever size the system says that it has.
 * @throws {RangeError} when there are more, or when something else than a file is there.
 */
export async function readFileBytes(
  path: string,
  { limit = 64 * 1024 * 1024 }: { readonly limit?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  using file = await openFile(path);
  const { size } = await file.stat();
  // One byte more tells the end without another buffer.
  let buffer = new Uint8Array(Math.min(size, limit) + 1);
  for (let filled = 0;;) {
    const count = await file.read(buffer.subarray(filled));
    if (count === null) return buffer.subarray(0, filled);
    filled += count;
    if (filled > limit) {
      const found = Math.max(size, filled);
      throw new RangeError(`expected at most ${limit} bytes in "${path}", found ${found}`);
    }
    if (filled === buffer.length) {
      const larger = new Uint8Array(Math.min(2 * filled + CHUNK_BYTES, limit + 1));
      larger.set(buffer);
      buffer = larger;
    }
  }
}

/** {@linkcode readFileBytes} as text: UTF-8, with or without a byte order mark. */
export async function readFileText(
  path: string,
  options: { readonly limit?: number } = {},
): Promise<string> {
  return new TextDecoder().decode(await readFileBytes(path, options));
}

/**
 * Opens what can be read to its end. A pipe is looked at before it is opened, for that waits until
 * somebody writes into it.
 *
 * @throws {RangeError} when something else is there.
 */
export async function openFile(path: string): Promise<Deno.FsFile> {
  const { isFile, isDirectory, isFifo, isSocket, isBlockDevice } = await Deno.stat(path);
  const found = isDirectory
    ? "a folder"
    : isFifo
    ? "a pipe"
    : isSocket
    ? "a socket"
    : isBlockDevice
    ? "a device"
    : undefined;
  if (!isFile && found !== undefined) throw new RangeError(`expected a file, found ${found}`);
  return await Deno.open(path, { read: true });
}

/**
 * A file opened for synchronous reads into a buffer of the caller's: by far the fastest way, and the
 * right one in a worker. On the main thread read at most a few MiB at a time.
 */
export class RandomReader implements Disposable {
  readonly #file: Deno.FsFile;
  #position = 0;

  constructor(path: string) {
    this.#file = Deno.openSync(path, { read: true });
  }

  /** Size of the file in bytes. */
  get size(): number {
    return this.#file.statSync().size;
  }

  /** Fills the buffer from the offset. @throws {RangeError} when the file ends before. */
  read(offset: number, buffer: Uint8Array): void {
    if (offset !== this.#position) this.#file.seekSync(offset, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < buffer.length) {
      const count = this.#file.readSync(filled === 0 ? buffer : buffer.subarray(filled));
      if (count === null) {
        throw new RangeError(`expected ${buffer.length} bytes at ${offset}, found ${filled}`);
      }
      filled += count;
    }
    this.#position = offset + filled;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
