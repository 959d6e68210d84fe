import { bytesContent, type Content } from "./content.ts";
import type { TarDirectory, TarEntry, TarOwner } from "../tar/mod.ts";

/** The time that RCC gives to all that it restores: 2021-01-07. */
const RESTORED_TIME = 1610000000;

/** Makes entries of one owner from paths, absolute ones or such as entries have. */
export class EntryMaker {
  readonly #owner: TarOwner;

  constructor(owner: TarOwner) {
    this.#owner = owner;
  }

  folder(path: string, mode: number): TarDirectory {
    const owner = this.#owner;
    return { type: "directory", path: joinEntryPath(path), owner, mtime: RESTORED_TIME, mode };
  }

  symlink(path: string, target: string): TarEntry<Content> {
    const owner = this.#owner;
    return { type: "symlink", path: joinEntryPath(path), owner, mtime: RESTORED_TIME, target };
  }

  file(path: string, content: Content, mode = 0o644): TarEntry<Content> {
    const owner = this.#owner;
    return { type: "file", path: joinEntryPath(path), owner, mtime: RESTORED_TIME, mode, content };
  }

  /** @param target The path of a file before it, whose mode this is. */
  hardlink(path: string, target: string, mode: number): TarEntry<Content> {
    const owner = this.#owner;
    const mtime = RESTORED_TIME;
    return { type: "hardlink", path: joinEntryPath(path), owner, mtime, mode, target };
  }

  bytes(path: string, bytes: Uint8Array): TarEntry<Content> {
    return this.file(path, bytesContent(bytes));
  }
}

/** Without the slash at its beginning. */
function joinEntryPath(path: string): string {
  return path.startsWith("/") ? path.slice(1) : path;
}
