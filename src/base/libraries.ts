import type { Tree, TreeFile } from "./tree.ts";

/** A program interpreter or C library of a base image. */
export interface BaseLibrary {
  /** The path by which programs ask for it: `/lib64/ld-linux-x86-64.so.2`. */
  readonly path: string;
  /** The file that stands behind it, without a slash before it. */
  readonly file: string;
  /** The highest version that it names, such as "2.36"; none in other C libraries than GNU's. */
  readonly glibc?: string;
}

/** The interpreters that programs for linux/amd64 name. */
const INTERPRETERS = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"];

/** Where the interpreter looks without being told: Debian's folders and those of the others. */
const FOLDERS = [
  "/lib/x86_64-linux-gnu",
  "/usr/lib/x86_64-linux-gnu",
  "/lib64",
  "/usr/lib64",
  "/lib",
  "/usr/lib",
  "/usr/glibc-compat/lib",
];

/**
 * Finds libraries of a base by their names, as an interpreter would: in its own folders and those
 * that it is told; and anywhere else too, for the base's ld.so.conf may name any.
 * https://man7.org/linux/man-pages/man8/ld.so.8.html
 */
export function libraryFinder(
  tree: Tree,
): (name: string, folders?: readonly string[]) => boolean {
  let everywhere: ReadonlySet<string> | undefined;
  return (name, folders = []) => {
    const isAt = (path: string) => tree.find(path)?.node.type === "file";
    if (name.includes("/")) return isAt(name);
    if ([...FOLDERS, ...folders].some((folder) => isAt(`${folder}/${name}`))) return true;
    everywhere ??= new Set(libraryNames(tree));
    return everywhere.has(name);
  };
}

function* libraryNames(tree: Tree): Generator<string> {
  for (const [path, { type }] of tree.entries()) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if ((type === "file" || type === "symlink") && name.includes(".so")) yield name;
  }
}

/** A library before its content is read. */
export interface FoundLibrary {
  readonly library: Omit<BaseLibrary, "glibc">;
  readonly node: TreeFile;
}

/** The interpreters and C libraries that are there. */
export function findLibraries(tree: Tree): readonly FoundLibrary[] {
  const candidates = [...INTERPRETERS, ...FOLDERS.map((folder) => `${folder}/libc.so.6`)];
  return candidates.flatMap((path) => {
    const found = tree.find(path);
    if (found?.node.type !== "file") return [];
    return [{ library: { path, file: found.path }, node: found.node }];
  });
}
