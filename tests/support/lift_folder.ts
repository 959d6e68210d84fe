import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats, statSync } from "node:fs";
import { Buffer } from "node:buffer";
import { basename, dirname, join } from "node:path";
import { type BlobMode, contentDigest } from "../../src/holotree/blob.ts";
import type { CatalogFile, CatalogFolder } from "../../src/holotree/catalog.ts";
import { goMode } from "../../src/holotree/file_mode.ts";

/** What decides how a folder is recorded. */
export interface LiftOptions {
  /** The path that the environment was built at: links to it lead into the folder. */
  readonly stagePath: string;
  readonly blobMode: BlobMode;
}

/**
 * Records a folder as RCC does: links with what they lead to, symlinked folders with all that is in
 * them, and the offsets of the stage's name.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/htfs/directory.go (`Lift`)
 */
export function liftFolder(folder: string, { stagePath, blobMode }: LiftOptions): CatalogFolder {
  const needle = Buffer.from(basename(stagePath));

  function lift(path: string, place: FolderPlace): CatalogFolder {
    const folders = new Map<string, CatalogFolder>();
    const files = new Map<string, CatalogFile>();
    const shadow = place.shadow || place.symlink !== undefined;
    for (const name of readdirSync(path)) {
      if (isNeverRecorded(name)) continue;
      const { real, symlink } = follow(join(path, name));
      const found = statSync(real);
      if (found.isDirectory()) {
        folders.set(name, lift(real, { name, shadow, ...symlink }));
      } else {
        files.set(name, { ...recordFile(real, found), name, ...symlink });
      }
    }
    return { kind: "folder", ...place, mode: modeOf(statSync(path)), folders, files };
  }

  function recordFile(path: string, found: Stats): CatalogFile {
    const content = readFileSync(path);
    return {
      kind: "file",
      name: "",
      size: content.length,
      mode: modeOf(found),
      digest: contentDigest(content, blobMode),
      rewrite: offsetsOf(needle, content),
    };
  }

  function follow(path: string): { real: string; symlink?: { symlink: string } } {
    if (!lstatSync(path).isSymbolicLink()) return { real: path };
    const symlink = readlinkSync(path);
    const target = symlink === stagePath || symlink.startsWith(`${stagePath}/`)
      ? join(folder, symlink.slice(stagePath.length))
      : symlink.startsWith("/")
      ? symlink
      : join(dirname(path), symlink);
    return { real: follow(target).real, symlink: { symlink } };
  }

  return lift(folder, { name: "", shadow: false });
}

type FolderPlace = Pick<CatalogFolder, "name" | "shadow" | "symlink">;

const NEVER_RECORDED = new Set([
  ...["__MACOSX", "__pycache__", ".pyc", ".git", ".hg", ".svn", ".gitignore"],
]);

/** By the whole name, or by all from its last dot on. */
function isNeverRecorded(name: string): boolean {
  const dot = name.lastIndexOf(".");
  return NEVER_RECORDED.has(name) || dot >= 0 && NEVER_RECORDED.has(name.slice(dot));
}

function modeOf(found: Stats): number {
  return goMode(found.isDirectory() ? "directory" : "file", found.mode & 0o7777);
}

function offsetsOf(needle: Buffer, content: Buffer): readonly number[] {
  const offsets: number[] = [];
  for (let at = content.indexOf(needle); at >= 0;) {
    offsets.push(at);
    at = content.indexOf(needle, at + needle.length);
  }
  return offsets;
}
