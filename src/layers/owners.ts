import {
  type Catalog,
  type CatalogTree,
  FOLDER,
  type InstalledPackage,
  walkCatalog,
} from "../holotree/mod.ts";

/** Who owns what of an environment. */
export interface Owners {
  /** The owner of each node of the catalog's tree; of folders with something in them it means nothing. */
  readonly byNode: Int32Array<ArrayBuffer>;
  /** The packages' names, by the number of the owner. */
  readonly packages: readonly string[];
}

/** A package, and what it says is its own. */
export type PackageFiles = Pick<InstalledPackage, "name" | "manager" | "files">;

/** Owners that are no packages. */
export const INTERPRETER = -1;
/** What stands among the packages and belongs to none. */
export const REST = -2;
/** What differs at every build although no package has changed. */
export const RECORDS = -3;

/**
 * Finds who owns each file: pip's packages by their RECORDs, else conda's by what they list. What no
 * package lists is the interpreter's, but for what stands in a folder of pip's packages.
 */
export function findOwners(catalog: Catalog, installed: readonly PackageFiles[]): Owners {
  const names = [...new Set(installed.map(({ name }) => name))].sort();
  const numbers = new Map(names.map((name, number) => [name, number]));
  const owners = new Map<string, number>();
  // Whoever comes first keeps it: pip's records are more exact than conda's.
  for (const manager of ["pip", "conda"] as const) {
    for (const { name, files } of installed.filter((one) => one.manager === manager)) {
      const number = numbers.get(name)!;
      for (const path of files) if (!owners.has(path)) owners.set(path, number);
    }
  }
  const byNode = new Int32Array(catalog.tree.names.count).fill(INTERPRETER);
  const packageFolders = packageFoldersOf(catalog.tree);
  for (const { node, path } of walkCatalog(catalog)) {
    byNode[node] = isRecord(path)
      ? RECORDS
      : owners.get(path) ?? (packageFolders[node] === 1 ? REST : INTERPRETER);
  }
  return { byNode, packages: names };
}

/** Marks all that stands in a folder with a `*.dist-info` in it. */
function packageFoldersOf({ names, parents, contents, ends }: CatalogTree): Uint8Array {
  const marked = new Uint8Array(names.count);
  for (let node = 1; node < names.count; node++) {
    if (contents[node] !== FOLDER || !names.at(node).endsWith(".dist-info")) continue;
    const folder = parents[node]!;
    if (folder !== 0 && marked[folder + 1] === 0) marked.fill(1, folder + 1, ends[folder]!);
  }
  return marked;
}

/**
 * Files that RCC, pip and conda write anew at every build: RECORDs list the bytecode of a random
 * folder, others hold times, the whole list of requirements, or variables of the shell that RCC was
 * started from.
 */
const RECORD_PATTERNS = [
  /(?:^|\/)[^/]+\.dist-info\/(?:RECORD|direct_url\.json)$/,
  /^(?:rcc_plan\.log|identity\.yaml|golden-ee\.yaml|rcc_activate\.json)$/,
  /^conda-meta\/(?:history|[^/]+\.json)$/,
];

/** Whether a file of an environment is written anew at every build. */
export function isRecord(path: string): boolean {
  return RECORD_PATTERNS.some((pattern) => pattern.test(path));
}
