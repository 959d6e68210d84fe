import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure, messageOf } from "../failure/mod.ts";
import { FolderLibrary } from "./folder_library.ts";
import type { Library } from "./library.ts";
import { ZipLibrary } from "./zip_library.ts";

/** Options of {@linkcode openLibrary}. */
export interface OpenLibraryOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a library: a folder with `catalog` and `library` in it, or a `hololib.zip`.
 *
 * @throws {Failure} when there is none, or the archive is damaged or harmful.
 */
export async function openLibrary(
  path: string,
  { signal }: OpenLibraryOptions = {},
): Promise<Library> {
  const found = await stat(path).catch((cause) => {
    if (cause.code !== "ENOENT" && cause.code !== "ENOTDIR") throw invalid(path, cause);
    throw new Failure(
      "environment/library-not-found",
      `failed to open library "${path}": found nothing there, expected a folder with "catalog" and ` +
        `"library" in it, or a hololib.zip`,
    );
  });
  if (found.isDirectory()) return await openFolder(path);
  // Before it is opened: opening a pipe would wait for a writer.
  if (!found.isFile()) throw invalid(path, "it is no file, name a folder or a hololib.zip");
  return await ZipLibrary.open(path, { signal }).catch((cause) => {
    signal?.throwIfAborted();
    throw invalid(path, cause);
  });
}

async function openFolder(path: string): Promise<Library> {
  if (await isLibrary(path)) return new FolderLibrary(path);
  const inside = await isLibrary(join(path, "hololib"))
    ? `; there is one in "${join(path, "hololib")}"`
    : "";
  throw new Failure(
    "environment/library-invalid",
    `failed to open library "${path}": expected a folder with "catalog" and "library" in it, ` +
      `or a hololib.zip${inside}`,
  );
}

async function isLibrary(path: string): Promise<boolean> {
  const folders = await Promise.all(
    ["catalog", "library"].map((name) => stat(join(path, name)).catch(() => undefined)),
  );
  return folders.every((folder) => folder?.isDirectory());
}

function invalid(path: string, cause: unknown): Failure {
  return new Failure(
    "environment/library-invalid",
    `failed to open library "${path}": ${messageOf(cause)}`,
    { cause },
  );
}
