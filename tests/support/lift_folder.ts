import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats, statSync } from "node:fs";
import { Buffer } from "node:buffer";
import { basename, dirname, join } from "node:path";
import { type BlobMode, contentDigest } from "../../src/holotree/blob.ts";
import type { Catalog } from "../../src/holotree/catalog.ts";
import { ContentTable } from "../../src/holotree/contents.ts";
import { goMode } from "../../src/holotree/file_mode.ts";
import { inSlices } from "../../src/holotree/slices.ts";
import { sortTree, TreeDraft } from "../../src/holotree/tree_draft.ts";

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
export async function liftFolder(
  folder: string,
  { stagePath, blobMode }: LiftOptions,
): Promise<Pick<Catalog, "tree" | "contents">> {
  const needle = Buffer.from(basename(stagePath));
  const draft = new TreeDraft();
  const contents = new ContentTable();

  function lift(path: string, place: FolderPlace): void {
    const node = draft.addFolder(place.name, place.parent);
    draft.describeFolder(node, { ...place, mode: modeOf(statSync(path)) });
    const shadow = place.shadow || place.symlink !== undefined;
    for (const name of readdirSync(path)) {
      if (isNeverRecorded(name)) continue;
      const { real, symlink } = follow(join(path, name));
      const found = statSync(real);
      if (found.isDirectory()) lift(real, { name, parent: node, shadow, ...symlink });
      else {
        draft.addFile(name, node, {
          ...symlink,
          mode: modeOf(found),
          content: recordContent(real),
        });
      }
    }
  }

  function recordContent(path: string): number {
    const content = readFileSync(path);
    const rewrite = offsetsOf(needle, content);
    return contents.add(contentDigest(content, blobMode), { size: content.length, rewrite });
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

  lift(folder, { name: "", parent: 0, shadow: false });
  return { tree: await inSlices(sortTree(draft, Buffer.byteLength(stagePath))), contents };
}

interface FolderPlace {
  readonly name: string;
  readonly parent: number;
  readonly shadow: boolean;
  readonly symlink?: string;
}

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

/** RCC reads so much at once. */
const STEP_BYTES = 32 * 1024;

/**
 * Where RCC finds the stage's name. It searches what it has read by the name's last letter, keeping
 * as much as the name is long, and stops when no more than that is left. So a name that ends with a
 * step is found once more in the next, but not in its own when its last letter stands before it too,
 * nor when nothing does.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/htfs/relocator.go (`Write`)
 */
export function offsetsOf(needle: Buffer, content: Buffer): readonly number[] {
  const offsets: number[] = [];
  for (let at = content.indexOf(needle); at >= 0; at = content.indexOf(needle, at + 1)) {
    const end = at + needle.length;
    const isLast = end === content.length;
    const endsStep = isLast || end % STEP_BYTES === 0;
    if (!endsStep || at > 0 && content[at - 1] !== needle.at(-1)) offsets.push(at);
    if (endsStep && !isLast) offsets.push(at);
  }
  return offsets;
}
