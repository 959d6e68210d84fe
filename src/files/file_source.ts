import { ListedFile, type SeenFile } from "./seen_file.ts";

/** A part of a file. Sizes in bytes. */
export interface FilePart {
  readonly path: string;
  /** Of the first byte in the file. */
  readonly offset: number;
  readonly size: number;
}

/** Options of {@linkcode FileSource}. */
export interface FileSourceOptions {
  /** Whether the part must reach to the file's end: a file that grew is not what was listed. */
  readonly toEnd?: boolean;
  /** What the file was when it was listed: it must be that until all of the part is read. */
  readonly seen?: SeenFile;
}

/**
 * A part of a file, read once from front to back into buffers of the caller's, synchronously: by far
 * the fastest way, and the right one in a worker. Small files cost an open, a read and a close.
 */
export class FileSource implements Disposable {
  readonly #part: FilePart;
  readonly #toEnd: boolean;
  readonly #file: Pick<Deno.FsFile, "readSync" | "close">;
  readonly #listed: ListedFile | undefined;
  #left: number;

  constructor(part: FilePart, { toEnd = false, seen }: FileSourceOptions = {}) {
    this.#part = part;
    this.#toEnd = toEnd;
    this.#left = part.size;
    if (seen === undefined) {
      const file = Deno.openSync(part.path, { read: true });
      if (part.offset > 0) file.seekSync(part.offset, Deno.SeekMode.Start);
      this.#file = file;
    } else {
      this.#file = this.#listed = new ListedFile(part.path, seen);
    }
    if (part.size === 0) this.#requireEnd();
  }

  /** How many bytes are still to be read. */
  get left(): number {
    return this.#left;
  }

  /**
   * Puts the next bytes at the buffer's beginning.
   *
   * @returns How many, 0 at the end.
   * @throws {RangeError} when the file has fewer bytes, or more.
   */
  read(buffer: Uint8Array): number {
    if (this.#left === 0) return 0;
    // A byte more than there should be tells a file that grew without another call of the system.
    const most = this.#left + (this.#toEnd ? 1 : 0);
    const target = most < buffer.length ? buffer.subarray(0, most) : buffer;
    const count = this.#file.readSync(target) ?? 0;
    if (count === 0) throw this.#unexpected(this.#part.size - this.#left);
    if (count > this.#left) throw this.#unexpected("more");
    this.#left -= count;
    if (this.#left === 0) {
      this.#listed?.requireUnchanged();
      if (count === target.length) this.#requireEnd();
    }
    return count;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  #requireEnd(): void {
    if (this.#toEnd && this.#file.readSync(new Uint8Array(1)) !== null) {
      throw this.#unexpected("more");
    }
  }

  #unexpected(found: number | "more"): RangeError {
    const { path, size } = this.#part;
    return new RangeError(`expected ${size} bytes in "${path}", found ${found}`);
  }
}
