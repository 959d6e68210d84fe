import { closeSync, openSync, writeSync } from "node:fs";
import { concurrently } from "../bytes/mod.ts";
import { type Content, EntryMaker, LayerWriteError, type StoredContent } from "../packing/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import type { BytecodeOrder } from "./order.ts";
import type { Source } from "./sources.ts";

/** Options of {@linkcode bytecodeEntries}. */
export interface BytecodeEntriesOptions {
  readonly order: Pick<BytecodeOrder, "target">;
  readonly tag: string;
  /** An empty file, which gets all of it. */
  readonly path: string;
  /** How many sources at once. */
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
  /** Nothing comes of a source that does not compile. */
  readonly compile: (source: Source) => Promise<Uint8Array>;
}

/** Only for reading: what is compiled is the same for whoever runs the robot. */
const OWNER = { uid: 0, gid: 0 };
const FOLDER_MODE = 0o755;

/**
 * The bytecode of some sources, where a Python with PYTHONPYCACHEPREFIX looks for it: in the folders
 * of the source, below that prefix.
 *
 * https://docs.python.org/3/using/cmdline.html#envvar-PYTHONPYCACHEPREFIX
 */
export async function bytecodeEntries(
  sources: readonly Source[],
  { order: { target }, tag, path, limit, signal, compile }: BytecodeEntriesOptions,
): Promise<readonly TarEntry<Content>[]> {
  using file = new PackFile(path);
  const contents = new Map<Source, StoredContent>();
  await concurrently(sources, { limit, signal }, async (source) => {
    const bytes = await compile(source);
    if (bytes.length > 0) contents.set(source, file.add(source.content.name, bytes));
  });
  const make = new EntryMaker(OWNER);
  const entries: TarEntry<Content>[] = [];
  const stated = new Set<string>();
  for (const source of sources) {
    const content = contents.get(source);
    if (content === undefined) continue;
    const slash = source.path.lastIndexOf("/");
    for (let end = 0; end !== slash;) {
      end = source.path.indexOf("/", end + 1);
      const folder = source.path.slice(0, end);
      if (stated.has(folder)) continue;
      stated.add(folder);
      entries.push(make.folder(`${target}${folder}`, FOLDER_MODE));
    }
    const name = source.path.slice(0, -".py".length);
    entries.push(make.file(`${target}${name}.${tag}.pyc`, content));
  }
  return entries;
}

/** Many contents in one file. */
class PackFile implements Disposable {
  readonly #path: string;
  readonly #file: number;
  /** What begins with a file is taken for the whole of it. */
  #size = 1;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, "r+");
  }

  add(name: string, bytes: Uint8Array): StoredContent {
    const offset = this.#size;
    const { length: size } = bytes;
    try {
      for (let written = 0; written < size;) {
        written += writeSync(this.#file, bytes, written, size - written, offset + written);
      }
    } catch (error) {
      throw new LayerWriteError(error as NodeJS.ErrnoException);
    }
    this.#size += size;
    const stored = { path: this.#path, offset, size, packing: "none", unpackedSize: size } as const;
    return { kind: "stored", name, stored, size };
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
