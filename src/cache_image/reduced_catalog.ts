import { type Catalog, tarMode, walkCatalog } from "../holotree/mod.ts";

/** A catalog's JSON. */
export interface FactsCatalog extends Omit<Catalog, "tree" | "contents" | "blobMode"> {
  readonly tree: FactsFolder;
}

interface FactsFolder {
  readonly name: string;
  readonly symlink?: string;
  readonly mode: number;
  readonly subdirs: Record<string, FactsFolder>;
  readonly files: Record<string, FactsFile>;
}

interface FactsFile {
  readonly name: string;
  readonly symlink?: string;
  readonly size: number;
  readonly mode: number;
  readonly digest: string;
  readonly rewrite: readonly number[];
}

/** What start checks look for by its path, besides programs and links. */
const PATHS = [
  /^bin\/[^/]+$/,
  /\.so\b[^/]*$/,
  /(?:^|\/)[^/]+\.dist-info\/METADATA$/,
  /^conda-meta\/[^/]+\.json$/,
  /(?:^|\/)\.local-browsers$/,
  /(?:^|\/)(?:cacert|cert)\.pem$/,
  /(?:^|\/)zoneinfo\/(?:UTC|_tzpath\.py)$/,
];

/** Whether start checks look for a file or folder of an environment. */
export function isOfStart(path: string): boolean {
  return PATHS.some((pattern) => pattern.test(path));
}

/**
 * The catalog with nothing but its symlinks and some of its files, whose contents have short digests:
 * numbers tell them apart as well.
 *
 * @returns Those digests by the catalog's own.
 */
export function reducedCatalog(
  catalog: Catalog,
  isKept: (path: string, content?: number) => boolean,
): { readonly catalog: FactsCatalog; readonly digests: ReadonlyMap<string, string> } {
  const { tree, contents, blobMode: _, ...fields } = catalog;
  const digests = new Map<string, string>();
  const root = folderOf(catalog, 0);
  const folders = new Map([[0, root]]);
  const folderAt = (node: number): FactsFolder => {
    let folder = folders.get(node);
    if (folder !== undefined) return folder;
    folder = folderOf(catalog, node);
    folders.set(node, folder);
    folderAt(tree.parents[node]!).subdirs[folder.name] = folder;
    return folder;
  };
  for (const entry of walkCatalog(catalog)) {
    const { node, path, symlink, kind, mode } = entry;
    if (kind === "folder") {
      if (symlink !== undefined || isKept(path)) folderAt(node);
      continue;
    }
    const isSpecial = (tarMode(mode) & 0o7000) !== 0;
    if (symlink === undefined && !isSpecial && !isKept(path, entry.content)) continue;
    const digest = contents.digestOf(entry.content);
    let short = digests.get(digest);
    if (short === undefined) {
      short = digests.size.toString(16).padStart(digest.length, "0");
      digests.set(digest, short);
    }
    const name = tree.names.at(node);
    folderAt(tree.parents[node]!).files[name] = {
      name,
      ...(symlink === undefined ? {} : { symlink }),
      ...{ size: 1, mode, digest: short, rewrite: [] },
    };
  }
  return { catalog: { ...fields, tree: root }, digests };
}

function folderOf({ tree }: Catalog, node: number): FactsFolder {
  const symlink = tree.symlinks.get(node);
  return {
    name: tree.names.at(node),
    ...(symlink === undefined ? {} : { symlink }),
    mode: tree.modes[node]!,
    subdirs: {},
    files: {},
  };
}
