/** Trees, catalogs and hosts for the checks, as short as a test wants to say them. */
import { libraryFinder, Tree, type TreeFolder } from "../../src/base/mod.ts";
import type { ProgramHost } from "../../src/checks/mod.ts";
import type { CatalogEntry } from "../../src/holotree/mod.ts";

const STATED = { mode: 0o755, uid: 0, gid: 0, mtime: 0, layer: 0 } as const;

/** A tree of files, and of symlinks where a path is followed by ` -> target`. */
export function treeOf(...lines: readonly string[]): Tree {
  const root = folder();
  for (const line of lines) {
    const [path = "", target] = line.split(" -> ");
    const parts = path.split("/");
    const name = parts.pop()!;
    let place = root;
    for (const part of parts) {
      const inner = place.children.get(part) as MutableFolder | undefined ?? folder();
      place.children.set(part, inner);
      place = inner;
    }
    place.children.set(
      name,
      target === undefined
        ? { type: "file", ...STATED, size: 1, offset: 0 }
        : { type: "symlink", ...STATED, target },
    );
  }
  return new Tree(root);
}

type MutableFolder = TreeFolder & {
  readonly children: Map<
    string,
    TreeFolder["children"] extends ReadonlyMap<string, infer Child> ? Child : never
  >;
};

function folder(): MutableFolder {
  return { type: "directory", ...STATED, children: new Map() };
}

/** A base with these files; of glibc's library it has the version that is named. */
export function hostOf(
  lines: readonly string[],
  { glibc, musl = false }: { readonly glibc?: string; readonly musl?: boolean } = {},
): ProgramHost {
  const tree = treeOf(...lines);
  return {
    name: "base",
    tree,
    libraries: [
      ...(musl ? [{ path: "/lib/ld-musl-x86_64.so.1", file: "lib/ld-musl-x86_64.so.1" }] : []),
      ...(glibc === undefined
        ? []
        : [{ path: "/lib64/libc.so.6", file: "lib64/libc.so.6", glibc }]),
    ],
    hasLibrary: libraryFinder(tree),
  };
}

/** Files of a catalog: the numbers of their contents are their places here. */
export function entriesOf(...paths: readonly string[]): readonly CatalogEntry[] {
  return paths.map((path, content) => ({
    kind: "file",
    node: content + 1,
    path,
    symlink: undefined,
    mode: 0o755,
    content,
  }));
}
