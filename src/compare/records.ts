import { collect, streamOf } from "../bytes/mod.ts";
import { decompressing } from "../compression/mod.ts";
import { failuresOf } from "../failure/mod.ts";
import { type Catalog, parseCatalog } from "../holotree/mod.ts";
import { isRecord } from "../layers/mod.ts";
import { parseObject } from "../oci/mod.ts";
import type { RecordPlaces } from "../plan/mod.ts";
import { type CatalogRecords, catalogRecords } from "./catalog_records.ts";
import type { EntryDifference } from "./difference.ts";

/** What was kept of layers, by its paths: catalogs, and the variables of the environment. */
export interface KeptFiles {
  readonly image: ReadonlyMap<string, Uint8Array>;
  readonly built: ReadonlyMap<string, Uint8Array>;
}

/** Differences, without and with those that every build of an environment makes. */
export interface SplitDifferences {
  readonly differences: readonly EntryDifference[];
  readonly records: readonly EntryDifference[];
}

/**
 * Tells what differs because an environment was built anew: its records, and what names them. An
 * image that says in its catalogs that it has the same records, or other files, has no such excuse.
 */
export async function splitRecords(
  found: readonly EntryDifference[],
  { places, kept }: { readonly places: RecordPlaces; readonly kept: KeptFiles },
): Promise<SplitDifferences> {
  const own = ownRecords(places, kept);
  const known = await recordsOf(places, kept, own);
  const isOwn = (difference: EntryDifference) => isOfRecords(difference, places, known ?? own);
  // What is said of an environment differs only where the environment's own records do.
  const areOwn = found.some(({ path }) => path.startsWith(`${places.folder}/`));
  const records = areOwn ? found.filter(isOwn) : [];
  return { differences: found.filter((difference) => !records.includes(difference)), records };
}

/** Says of a file of the environment whether it may be another at every build. */
function ownRecords(
  { folder, activation }: RecordPlaces,
  { image, built }: KeptFiles,
): (path: string) => boolean {
  const isAlike = isSameActivation(image.get(activation), built.get(activation));
  return (path) => `${folder}/${path}` === activation ? isAlike : isRecord(path);
}

/** Of the shell that rcc was started from: how deep it was, and what it had started. */
const OF_THE_SHELL = ["SHLVL", "_"];

function isSameActivation(image?: Uint8Array, built?: Uint8Array): boolean {
  if (image === undefined || built === undefined) return false;
  try {
    const [left, right] = [parseObject(image), parseObject(built)];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((name) =>
      OF_THE_SHELL.includes(name) || left[name] === right[name]
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
}

/** @returns `undefined` without any catalog, and `no` where they differ in more than records. */
async function recordsOf(
  { catalogs, catalogName }: RecordPlaces,
  { image, built }: KeptFiles,
  isOwn: (path: string) => boolean,
): Promise<CatalogRecords | "no" | undefined> {
  let records: CatalogRecords | undefined;
  for (const path of catalogs) {
    const [ofImage, ofBuilt] = [image.get(path), built.get(path)];
    if (ofImage === undefined || ofBuilt === undefined) return "no";
    const [left, right] = [
      await readCatalog(ofImage, catalogName),
      await readCatalog(ofBuilt, catalogName),
    ];
    records = left === undefined || right === undefined
      ? undefined
      : catalogRecords(left, right, isOwn);
    if (records === undefined) return "no";
  }
  return records;
}

const CATALOG_LIMIT = 512 * 1024 * 1024;

/** @returns `undefined` when it is none. */
async function readCatalog(packed: Uint8Array, name: string): Promise<Catalog | undefined> {
  try {
    const json = await collect(decompressing("gzip", streamOf(packed)), CATALOG_LIMIT);
    return await parseCatalog(json, name);
  } catch (error) {
    const isForm = error instanceof SyntaxError || error instanceof RangeError;
    if (isForm || failuresOf(error).length > 0) return undefined;
    throw error;
  }
}

function isOfRecords(
  { path, what, image, built }: EntryDifference,
  { folder, library, catalogs, others }: RecordPlaces,
  known: CatalogRecords | "no" | ((path: string) => boolean),
): boolean {
  if (known === "no") return false;
  if (path.startsWith(`${library}/`)) {
    if (what !== "added" && what !== "missing") return false;
    return (image ?? built) === "directory" ||
      typeof known !== "function" && known.digests.has(path.slice(path.lastIndexOf("/") + 1));
  }
  if (what !== "content") return false;
  if (catalogs.includes(path) || others.includes(path)) return true;
  if (!path.startsWith(`${folder}/`)) return false;
  const own = path.slice(folder.length + 1);
  return typeof known === "function" ? known(own) : known.paths.has(own);
}
