import { COMMON_FOLDERS } from "./loader_facts.ts";
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
export const INTERPRETERS = [
  "/lib64/ld-linux-x86-64.so.2",
  "/lib/ld-musl-x86_64.so.1",
] as const;

/** A library before its content is read. */
export interface FoundLibrary {
  readonly library: Omit<BaseLibrary, "glibc">;
  readonly node: TreeFile;
}

/** The interpreters and C libraries that are there. */
export function findBaseLibraries(tree: Tree): readonly FoundLibrary[] {
  const candidates = [...INTERPRETERS, ...COMMON_FOLDERS.map((folder) => `${folder}/libc.so.6`)];
  return candidates.flatMap((path) => {
    const found = tree.find(path);
    if (found?.node.type !== "file") return [];
    return [{ library: { path, file: found.path }, node: found.node }];
  });
}
