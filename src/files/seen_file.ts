import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** What tells a regular file that was listed from any other that stands in its place later. */
export interface SeenFile {
  readonly ino: number;
  /** In bytes. */
  readonly size: number;
  readonly mtimeMs: number;
}

export function seenFile({ ino, size, mtimeMs }: Stats): SeenFile {
  return { ino, size, mtimeMs };
}

// Windows has neither flag.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
/** A link that took the place of a file is not followed, and a pipe's writer not waited for. */
const LISTED = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;

/** Opens a file that was listed as a regular one. */
export async function openListed(path: string): Promise<FileHandle> {
  return await open(path, LISTED);
}

/** A file that has to be what it was when it was listed, until it is closed. */
export class ListedFile {
  readonly #path: string;
  readonly #seen: SeenFile;
  readonly #descriptor: number;

  /** @throws {RangeError} when it is another file, or was changed. */
  constructor(path: string, seen: SeenFile) {
    this.#path = path;
    this.#seen = seen;
    this.#descriptor = openSync(path, LISTED);
    try {
      this.requireUnchanged();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Puts the next bytes at the buffer's beginning. Null at the end. */
  readSync(buffer: Uint8Array): number | null {
    return readSync(this.#descriptor, buffer, 0, buffer.length, null) || null;
  }

  /** @throws {RangeError} */
  requireUnchanged(): void {
    const { ino, size, mtimeMs } = fstatSync(this.#descriptor);
    const seen = this.#seen;
    if (ino === seen.ino && size === seen.size && mtimeMs === seen.mtimeMs) return;
    throw new RangeError(
      size === seen.size
        ? `expected "${this.#path}" as it was listed, found it changed`
        : `expected ${seen.size} bytes in "${this.#path}", found ${size}`,
    );
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
