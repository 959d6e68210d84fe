/**
 * What a restore of a catalog must give, made the plain way and without any code of the program's:
 * the catalog's JSON, the blobs by their paths, and the stage's name replaced by the space's.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A restored entry. Modes are the permission bits with setuid, setgid and sticky. */
export interface RestoredEntry {
  readonly type: "file" | "directory" | "symlink";
  readonly mode?: number;
  readonly size?: number;
  readonly sha256?: string;
  readonly target?: string;
}

/** What a library's catalog says, read without checks. */
export interface PlainCatalog {
  readonly path: string;
  readonly identity: string;
  readonly tree: PlainFolder;
}

interface PlainFolder {
  readonly symlink?: string;
  readonly subdirs: Readonly<Record<string, PlainFolder>>;
  readonly files: Readonly<Record<string, PlainFile>>;
}

interface PlainFile {
  readonly symlink?: string;
  readonly mode: number;
  readonly digest: string;
  readonly rewrite: readonly number[];
}

/** Reads a catalog of a library folder. */
export async function readPlainCatalog(hololib: string, hash: string): Promise<PlainCatalog> {
  const file = await readFile(join(hololib, "catalog", `${hash}v12.linux_amd64`));
  return JSON.parse(gunzipSync(file).toString());
}

/** The content of a blob: gunzipped when it is gzip, but for the raw blobs of 32-digit digests. */
export async function readPlainBlob(hololib: string, digest: string): Promise<Uint8Array> {
  const parts = [digest.slice(0, 2), digest.slice(2, 4), digest.slice(4, 6)];
  const blob = await readFile(join(hololib, "library", ...parts, digest));
  return digest.length === 64 && blob[0] === 0x1f && blob[1] === 0x8b ? gunzipSync(blob) : blob;
}

/** All entries of the environment, by their paths in it. */
export async function plainRestore(
  hololib: string,
  catalog: PlainCatalog,
  spaceName: string,
): Promise<ReadonlyMap<string, RestoredEntry>> {
  const entries = new Map<string, RestoredEntry>();
  async function restore(folder: PlainFolder, prefix: string): Promise<void> {
    for (const [name, { symlink, mode, digest, rewrite }] of Object.entries(folder.files)) {
      if (symlink !== undefined) {
        entries.set(prefix + name, { type: "symlink", target: symlink });
        continue;
      }
      const content = Buffer.from(await readPlainBlob(hololib, digest));
      for (const offset of rewrite) content.write(spaceName, offset);
      entries.set(prefix + name, {
        type: "file",
        mode: unixMode(mode),
        size: content.length,
        sha256: createHash("sha256").update(content).digest("hex"),
      });
    }
    for (const [name, child] of Object.entries(folder.subdirs)) {
      if (child.symlink !== undefined) {
        entries.set(prefix + name, { type: "symlink", target: child.symlink });
        continue;
      }
      entries.set(prefix + name, { type: "directory" });
      await restore(child, `${prefix}${name}/`);
    }
  }
  await restore(catalog.tree, "");
  return entries;
}

/** Go keeps setuid, setgid and sticky in other bits. */
function unixMode(mode: number): number {
  const special = [[23, 0o4000], [22, 0o2000], [20, 0o1000]] as const;
  return special.reduce(
    (sum, [bit, unix]) => sum | (Math.floor(mode / 2 ** bit) % 2 === 1 ? unix : 0),
    mode % 0o1000,
  );
}
