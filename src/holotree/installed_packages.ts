import { posix } from "node:path";
import type { Catalog } from "./catalog.ts";
import { nodePath } from "./catalog_tree.ts";
import { condaPackage } from "./conda_record.ts";
import { type FileRecord, fileRecord } from "./file_record.ts";
import type { Library } from "./library.ts";
import { readBlob } from "./read_blob.ts";
import { walkCatalog } from "./walk_catalog.ts";
import { distributionName, recordedFiles } from "./wheel_record.ts";

/** A package that is installed in an environment. */
export interface InstalledPackage {
  /** Normalised as PEP 503 says. */
  readonly name: string;
  readonly manager: "pip" | "conda";
  /** What its record lists: paths relative to the environment, which need not be there. */
  readonly files: readonly string[];
  /** The file that lists them: a `RECORD`, or one of `conda-meta`. */
  readonly record: string;
}

/** The packages of an environment. */
export interface InstalledPackages {
  readonly packages: readonly InstalledPackage[];
  /** Whether all records could be read: what is left out here may be there the next time. */
  readonly isWhole: boolean;
}

/** Of the largest: plotly's RECORD lists 27,000 files. */
const RECORD_LIMIT = 64 * 1024 * 1024;

/**
 * The packages of an environment by their own records: pip's `RECORD`, and conda's `conda-meta`. One
 * whose record is damaged or missing is left out.
 */
export async function readInstalledPackages(
  catalog: Catalog,
  library: Library,
  whole: Whole = (work) => work(),
): Promise<InstalledPackages> {
  const packages: InstalledPackage[] = [];
  let isWhole = true;
  for (const { node, kind, symlink } of walkCatalog(catalog)) {
    if (kind !== "file" || symlink !== undefined) continue;
    const name = catalog.tree.names.at(node);
    const isWheel = name === "RECORD";
    if (!isWheel && !name.endsWith(".json")) continue;
    const path = nodePath(catalog.tree, node);
    if (!(isWheel ? WHEEL_RECORD : CONDA_RECORD).test(path)) continue;
    const text = await readText(fileRecord(catalog, node), library, whole);
    if (text === undefined) {
      isWhole = false;
      continue;
    }
    const read = isWheel ? wheelPackage(path, text, catalog.path) : condaPackage(path, text);
    if (read !== undefined) packages.push(read);
  }
  return { packages, isWhole };
}

const WHEEL_RECORD = /(?:^|\/)[^/]+\.dist-info\/RECORD$/;
const CONDA_RECORD = /^conda-meta\/[^/]+\.json$/;

/** @param path Of its RECORD. */
function wheelPackage(path: string, text: string, root: string): InstalledPackage {
  const info = posix.dirname(path);
  const folder = posix.dirname(info);
  return {
    name: distributionName(posix.basename(info)),
    manager: "pip",
    files: [...recordedFiles(text, { folder: folder === "." ? "" : folder, root })],
    record: path,
  };
}

/** Does work that needs blobs, again when RCC has recorded what was missing. */
type Whole = <Result>(work: () => Promise<Result>) => Promise<Result>;

async function readText(
  record: FileRecord,
  library: Library,
  whole: Whole,
): Promise<string | undefined> {
  try {
    const bytes = await whole(() => readBlob(library, record, { limit: RECORD_LIMIT }));
    return new TextDecoder().decode(bytes);
  } catch {
    return undefined; // What packs it says what is wrong.
  }
}
