import type { TarMember, TarMemberDirectory, TarMemberHardlink } from "../tar/mod.ts";
import {
  partsOf,
  Tree,
  type TreeFile,
  type TreeSpecial,
  type TreeSymlink,
  UNSTATED,
} from "./tree.ts";

/**
 * A folder of one layer, and what the layer says of the layers below it. Once it is merged nothing
 * is left to say, and it is a folder of the merged tree.
 */
export class LayerFolder {
  readonly type = "directory";
  mode: number = UNSTATED.mode;
  uid: number = UNSTATED.uid;
  gid: number = UNSTATED.gid;
  mtime: number = UNSTATED.mtime;
  layer: number;
  readonly children = new Map<string, LayerNode>();
  /** Whether the layer has an entry for it, and not only for something in it. */
  isStated = false;
  /** Whether nothing of the layers below shows through. */
  isOpaque = false;
  /** Names that the layers below have no more. */
  whiteouts: Set<string> | undefined = undefined;

  constructor(layer: number) {
    this.layer = layer;
  }
}

export type LayerNode = LayerFolder | TreeFile | TreeSymlink | TreeSpecial;

/** Options of {@linkcode readLayerTree}. */
export interface LayerTreeOptions {
  /** The layer's place in the image, the lowest being 0. */
  readonly layer: number;
  /** What the layers below have made, for hard links into them. */
  readonly lower: Tree;
  /** The most entries that are taken. */
  readonly limit: number;
  /** Told once what docker and podman refuse of it, though other engines unpack it. */
  readonly onDoubt?: (problem: string) => void;
}

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";
/** Other marks of the file system that the format of whiteouts is from. */
const MARK = ".wh..wh.";
/** Linux's PATH_MAX: no engine can unpack more. */
export const LONGEST_PATH = 4096;

/**
 * Reads one layer as engines unpack it: into a folder of its own, which is then laid over the layers
 * below. Symlinks of the layer itself are followed on the way to an entry, those below are not.
 *
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md
 *
 * @throws {SyntaxError} when engines could not unpack it.
 */
export async function readLayerTree(
  members: AsyncIterable<TarMember>,
  { layer, lower, limit, onDoubt }: LayerTreeOptions,
): Promise<LayerFolder> {
  const root = new LayerFolder(layer);
  let count = 0;
  let isDoubted = false;
  const doubt = (problem: string) => {
    if (!isDoubted) onDoubt?.(problem);
    isDoubted = true;
  };
  for await (const member of members) {
    if (++count > limit) throw new SyntaxError(`expected at most ${limit} entries, found more`);
    if (member.path.length > LONGEST_PATH) {
      throw new SyntaxError(`expected a path of at most ${LONGEST_PATH} characters, found more`);
    }
    add(root, member, { lower, doubt });
  }
  return root;
}

interface AddOptions extends Pick<LayerTreeOptions, "lower"> {
  readonly doubt: (problem: string) => void;
}

function add(root: LayerFolder, member: TarMember, { lower, doubt }: AddOptions): void {
  if (member.path === "") {
    state(root, member);
    return;
  }
  const slash = member.path.lastIndexOf("/");
  const parent = member.path.slice(0, Math.max(slash, 0));
  const name = member.path.slice(slash + 1);
  if (partsOf(parent).some((part) => part.startsWith(MARK))) return;
  const folder = folderAt(root, parent, doubt);
  const known = folder.children.get(name);
  if (known !== undefined && !(known instanceof LayerFolder && !known.isStated)) {
    doubt(`"${member.path}" stands in it twice`);
  }
  if (name === OPAQUE) {
    folder.isOpaque = true;
  } else if (name.startsWith(MARK)) {
    return;
  } else if (name.startsWith(WHITEOUT)) {
    (folder.whiteouts ??= new Set()).add(name.slice(WHITEOUT.length));
  } else if (member.type === "directory") {
    state(subfolder(folder, name), member);
  } else if (member.type === "hardlink") {
    folder.children.set(name, linked(member, { layer: new Tree(root), lower, doubt }));
  } else {
    folder.children.set(name, toNode(member, root.layer));
  }
}

function state(folder: LayerFolder, { mode, uid, gid, mtime }: TarMember): void {
  Object.assign(folder, { mode, uid, gid, mtime, isStated: true });
}

/** The folder of that name; anything else of that name gives way to it. */
function subfolder(folder: LayerFolder, name: string): LayerFolder {
  const found = folder.children.get(name);
  if (found instanceof LayerFolder) return found;
  const made = new LayerFolder(folder.layer);
  folder.children.set(name, made);
  return made;
}

/** The folder at the path, made where it is missing. */
function folderAt(root: LayerFolder, path: string, doubt: AddOptions["doubt"]): LayerFolder {
  let folder = root;
  for (const name of partsOf(path)) {
    const found = folder.children.get(name);
    if (found === undefined || found instanceof LayerFolder) {
      folder = found ?? subfolder(folder, name);
    } else if (found.type === "symlink") {
      const tree = new Tree(root);
      const resolved = tree.resolve(path);
      if (tree.get(resolved) === undefined) {
        doubt(`"${path}" leads by a symlink to "${resolved}", which it has not`);
      }
      return folderAt(root, resolved, doubt);
    } else {
      throw new SyntaxError(`expected a folder "${path}", found a ${found.type} on the way`);
    }
  }
  return folder;
}

/** What a hard link is another name of: in the layer, else in those below. */
function linked(
  { path, target }: TarMemberHardlink,
  { layer, lower, doubt }: AddOptions & { readonly layer: Tree },
): LayerNode {
  for (const tree of [layer, lower]) {
    // A link to a symlink is another name of that symlink: only its folder is resolved.
    const slash = target.lastIndexOf("/");
    const folder = tree.resolve(target.slice(0, Math.max(slash, 0)));
    const found = tree.get(`${folder}/${target.slice(slash + 1)}`);
    if (found === undefined) continue;
    if (tree === lower) doubt(`its hard link "${path}" leads to "${target}" in a layer below it`);
    if (found.type !== "directory") return found;
    throw new SyntaxError(`expected a file as target of the hard link "${path}", found a folder`);
  }
  throw new SyntaxError(`expected a file "${target}" for the hard link "${path}", found none`);
}

function toNode(
  member: Exclude<TarMember, TarMemberDirectory | TarMemberHardlink>,
  layer: number,
): LayerNode {
  const { mode, uid, gid, mtime } = member;
  const common = { mode, uid, gid, mtime, layer };
  switch (member.type) {
    case "file":
      return { type: "file", ...common, size: member.size, offset: member.offset };
    case "symlink":
      return { type: "symlink", ...common, target: member.target };
    default:
      return { type: member.type, ...common };
  }
}
