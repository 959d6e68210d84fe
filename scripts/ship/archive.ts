import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { ZipWriter } from "@zip.js/zip.js";
import { type TarEntry, tarSegments } from "../../src/tar/mod.ts";

/** A file that goes into an archive. */
export interface ArchiveFile {
  /** In the archive, with `/` between its parts. */
  readonly path: string;
  /** On this machine. */
  readonly from: string;
  readonly isProgram?: boolean;
}

/**
 * Writes an archive, as its name says: `.tar.gz` or `.zip`. Modes, owners and times are fixed, so
 * that the same files give the same bytes. It is there whole or not at all.
 */
export async function writeArchive(path: string, files: readonly ArchiveFile[]): Promise<void> {
  const part = `${path}.part`;
  try {
    await (path.endsWith(".zip") ? writeZip(part, files) : writeTarGz(part, files));
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/** 1980-01-01, the first day that a zip archive knows. */
const MTIME = 315532800;

interface Content {
  readonly size: number;
  readonly from: string;
}

async function writeTarGz(path: string, files: readonly ArchiveFile[]): Promise<void> {
  const entries = await Promise.all(files.map(tarEntry));
  async function* bytes() {
    for (const segment of tarSegments(entries)) {
      if (segment instanceof Uint8Array) yield segment;
      else yield* createReadStream(segment.from);
    }
  }
  await pipeline(Readable.from(bytes()), createGzip(), createWriteStream(path));
}

async function tarEntry({ path, from, isProgram }: ArchiveFile): Promise<TarEntry<Content>> {
  return {
    type: "file",
    path,
    mode: isProgram ? 0o755 : 0o644,
    owner: { uid: 0, gid: 0 },
    mtime: MTIME,
    content: { size: (await stat(from)).size, from },
  };
}

async function writeZip(path: string, files: readonly ArchiveFile[]): Promise<void> {
  const zip = new ZipWriter(Writable.toWeb(createWriteStream(path)), {
    useWebWorkers: false,
    extendedTimestamp: false,
    // A zip archive has the local time.
    lastModDate: new Date(1980, 0, 1),
  });
  for (const { path, from } of files) {
    await zip.add(path, Readable.toWeb(createReadStream(from)) as ReadableStream<Uint8Array>);
  }
  await zip.close();
}
