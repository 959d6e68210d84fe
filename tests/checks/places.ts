/** Trees, catalogs and hosts for the checks, as short as a test wants to say them. */
import { Tree } from "../../src/base/mod.ts";
import { NO_LOADER } from "../../src/base/loader_facts.ts";
import type { TreeFolder } from "../../src/base/tree.ts";
import { ImageFiles } from "../../src/checks/mod.ts";
import type { PlacedEnvironment, ProgramHost } from "../../src/checks/environment_on_base.ts";
import { type ProgramFacts, programFacts } from "../../src/programs/mod.ts";
import { elfOf, type ElfSpec } from "../support/elf_of.ts";

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
): ProgramHost & { readonly tree: Tree } {
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
    loader: NO_LOADER,
  };
}

/** Where environments of tests stand. */
export const FOLDER = "/home/dev/.robocorp/holotree/space";

/** Programs by their paths, and symlinks where a path is followed by ` -> target`. */
export type Programs = Readonly<Record<string, ElfSpec | string>>;

export function factsOf(programs: Programs): ReadonlyMap<string, ProgramFacts> {
  return new Map(
    Object.entries(programs).flatMap(([path, spec]) => {
      const bytes = typeof spec === "string" ? new TextEncoder().encode(spec) : elfOf(spec);
      const facts = programFacts(bytes);
      return facts === undefined ? [] : [[path, facts]];
    }),
  );
}

/** An environment of these programs, at {@linkcode FOLDER}, on a base of this tree. */
export function environmentOf(
  programs: Programs,
  { tree = new Tree(), links = [], ...options }:
    & Partial<Pick<PlacedEnvironment, "libraryPath" | "started">>
    & { readonly tree?: Pick<Tree, "get">; readonly links?: readonly string[] } = {},
): PlacedEnvironment {
  const files = [
    ...Object.keys(programs).map((path) => ({ path })),
    ...links.map((line) => line.split(" -> ")).map(([path = "", symlink]) => ({ path, symlink })),
  ];
  return {
    folder: FOLDER,
    programs: factsOf(programs),
    files: new ImageFiles({ tree, folder: FOLDER, files }),
    libraryPath: [],
    started: [],
    ...options,
  };
}
