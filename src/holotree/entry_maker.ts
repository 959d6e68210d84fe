import { bytesContent, type Content } from "../compression/mod.ts";
import type { TarEntry, TarFile, TarOwner } from "../tar/mod.ts";

/** The time that RCC gives to all that it restores: 2021-01-07. */
const RESTORED_TIME = 1610000000;

/** Makes entries of one owner from absolute paths. */
export class EntryMaker {
  readonly #owner: TarOwner;

  constructor(owner: TarOwner) {
    this.#owner = owner;
  }

  folder(path: string, mode: number): TarEntry<Content> {
    return { ...this.#common(path), type: "directory", mode };
  }

  symlink(path: string, target: string): TarEntry<Content> {
    return { ...this.#common(path), type: "symlink", target };
  }

  file(path: string, content: Content, mode = 0o644): TarFile<Content> {
    return { ...this.#common(path), type: "file", mode, content };
  }

  bytes(path: string, bytes: Uint8Array): TarEntry<Content> {
    return this.file(path, bytesContent(bytes));
  }

  #common(path: string) {
    return { path: path.slice(1), owner: this.#owner, mtime: RESTORED_TIME };
  }
}
