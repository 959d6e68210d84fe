import { open, stat } from "node:fs/promises";
import { detectCodec, type PackedCodec } from "../compression/mod.ts";
import { Archive } from "../store/mod.ts";

/**
 * Opens an archive with images in it. One that is packed as a whole is refused: its blobs are read
 * where they lie, several times and none before it is needed, and in a packed archive nothing has a
 * place. To unpack it aside would take its size on disk, unasked.
 *
 * @throws {SyntaxError} when it is no plain tar archive.
 */
export async function openArchive(
  path: string,
  { signal }: { readonly signal?: AbortSignal },
): Promise<Archive> {
  const facts = await stat(path);
  // A folder says so itself when it is read; a pipe would have nothing to say forever.
  if (!facts.isFile() && !facts.isDirectory()) {
    throw new SyntaxError("it is no file, name an archive");
  }
  const codec = await codecAt(path);
  if (codec !== "none") {
    const command = codec === "gzip" ? "gunzip" : "unzstd";
    throw new SyntaxError(
      `the archive is packed with ${codec}, unpack it first with \`${command}\``,
    );
  }
  return await Archive.open(path, signal === undefined ? {} : { signal });
}

/** How the bytes at a place in a file are packed. */
export async function codecAt(
  path: string,
  { offset = 0, size = Infinity }: { readonly offset?: number; readonly size?: number } = {},
): Promise<PackedCodec> {
  const file = await open(path);
  try {
    const beginning = new Uint8Array(Math.min(4, size));
    const { bytesRead } = await file.read(beginning, 0, beginning.length, offset);
    return detectCodec(beginning.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
