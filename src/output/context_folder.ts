import { createWriteStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { Failure } from "../failure/mod.ts";
import { createAtomicFolder } from "../files/mod.ts";
import { requireWritableFolder } from "./writable.ts";

/** A file of a build context. */
export interface ContextFile {
  readonly name: string;
  /** Its bytes, or what gzip is to make them of. */
  readonly open: () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
  readonly packing: "none" | "gzip";
}

/** Options of {@linkcode writeContextFolder}. */
export interface ContextFolderOptions {
  readonly signal?: AbortSignal;
  /** Told the number of bytes of each chunk, before it is packed. */
  readonly onProgress?: (bytes: number) => void;
}

const LEVEL = 1;

/**
 * Checks early whether the folder can be written. Another context is overwritten when `force` says so;
 * a folder with anything else in it never does.
 *
 * @throws {Failure}
 */
export async function requireContextFolder(path: string, force: boolean): Promise<void> {
  const folder = resolve(path);
  await requireWritableFolder(folder, "a build context");
  const names = await stat(folder).then(() => readdir(folder), (): string[] => []);
  if (names.length === 0) return;
  const foreign = names.find((name) => name !== "Dockerfile" && !name.endsWith(".tar.gz"));
  const action = `failed to write a build context "${path}": `;
  if (foreign !== undefined || !names.includes("Dockerfile")) {
    throw new Failure(
      "output/exists",
      `${action}the folder has "${foreign ?? names[0]}" in it and is no context, name another`,
    );
  }
  if (!force) {
    throw new Failure("output/exists", `${action}it is there already, use --force or another name`);
  }
}

/** Writes the folder whole or not at all. */
export async function writeContextFolder(
  path: string,
  files: readonly ContextFile[],
  { signal, onProgress }: ContextFolderOptions = {},
): Promise<void> {
  await using folder = await createAtomicFolder(path);
  for (const { name, open, packing } of files) {
    const bytes = counted(await open(), { signal, onProgress });
    const file = createWriteStream(join(folder.temporaryPath, name), { flags: "wx", flush: true });
    if (packing === "gzip") await pipeline(bytes, createGzip({ level: LEVEL }), file);
    else await pipeline(bytes, file);
  }
  signal?.throwIfAborted();
  await folder.commit();
}

interface Counting {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((bytes: number) => void) | undefined;
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  { signal, onProgress }: Counting,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    onProgress?.(chunk.length);
    yield chunk;
  }
}
