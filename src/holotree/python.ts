import { createHash } from "node:crypto";
import type { Catalog } from "./catalog.ts";
import { type CatalogTree, childrenOf, FOLDER } from "./catalog_tree.ts";
import { type FileRecord, fileRecord, findFile } from "./file_record.ts";

/** The Python 3 of an environment. */
export interface EnvironmentPython {
  readonly program: FileRecord;
  /** Its minor version: 11 of 3.11. */
  readonly minor: number;
  /** The folder of its library and packages, relative to the environment: `lib/python3.11`. */
  readonly folder: string;
  /** The same by its number in the catalog's tree. */
  readonly folderNode: number;
  /** A hash of what it consists of itself: the program, and its shared library. 64 hex digits. */
  readonly digest: string;
}

const PROGRAM = "bin/python3";
const LIBRARY_FOLDER = /^python3\.([0-9]{1,2})$/;
const OWN_LIBRARY = /^libpython3.*\.so/;

/** The Python that RCC has a robot use, if the environment has one. */
export function findPython(catalog: Catalog): EnvironmentPython | undefined {
  const { tree } = catalog;
  const program = findFile(catalog, PROGRAM);
  const library = findFolder(tree, "lib");
  if (program === undefined || library === undefined) return undefined;
  const found = [...childrenOf(tree, library)].flatMap((folderNode) => {
    const minor = LIBRARY_FOLDER.exec(tree.names.at(folderNode))?.[1];
    const isFolder = tree.contents[folderNode] === FOLDER && !tree.symlinks.has(folderNode);
    return minor !== undefined && isFolder ? [{ minor: Number(minor), folderNode }] : [];
  }).filter(({ minor }) => findFile(catalog, `lib/python3.${minor}/os.py`) !== undefined);
  const named = found.filter(({ minor }) => program.symlink?.endsWith(`python3.${minor}`));
  const chosen = named[0] ?? (found.length === 1 ? found[0] : undefined);
  if (chosen === undefined) return undefined;
  const hash = createHash("sha256").update(`${program.digest}\n`);
  for (const node of childrenOf(tree, library)) {
    const name = tree.names.at(node);
    if (tree.contents[node] === FOLDER || !OWN_LIBRARY.test(name)) continue;
    hash.update(`${name} ${fileRecord(catalog, node).digest}\n`);
  }
  return {
    ...chosen,
    program,
    folder: `lib/python3.${chosen.minor}`,
    digest: hash.digest("hex"),
  };
}

function findFolder(tree: CatalogTree, name: string): number | undefined {
  return childrenOf(tree, 0).find((node) =>
    tree.names.at(node) === name && tree.contents[node] === FOLDER
  );
}
