import type { Base } from "../base/mod.ts";
import { encodeFacts, type ProgramRecord } from "../cache_image/mod.ts";
import type { FoundProgram } from "../packing/mod.ts";
import { type ElfFacts, type ProgramFacts, programFacts } from "../programs/mod.ts";
import {
  type Catalog,
  type Environment,
  type FileRecord,
  findFile,
  readBlob,
  restoredNodes,
} from "../holotree/mod.ts";
import { isObject } from "../oci/mod.ts";
import { ACTIVATION } from "../plan/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import { catalogKey } from "./catalog_facts.ts";
import type { FoundInImage } from "./select_environment.ts";

/** What an image says of its environment, for those who have no library. */
export async function describeEnvironment(
  environment: Environment,
  { programs, base, published }: {
    readonly programs: readonly FoundProgram[];
    readonly base: Base;
    /** What an image says of it, where its layers are taken from that. */
    readonly published?: FoundInImage | undefined;
  },
): Promise<Uint8Array> {
  if (published !== undefined) {
    const { record, files } = published.facts;
    return encodeFacts({ environment, record, base, files });
  }
  return encodeFacts({ environment, record: await programRecord(environment, programs), base });
}

/** What its files say of how an environment is started. */
export async function programRecord(
  environment: Environment,
  programs: readonly FoundProgram[],
): Promise<ProgramRecord> {
  const libraryPath = await activatedLibraryPath(environment);
  const sorted = programs.toSorted((a, b) => a.digest < b.digest ? -1 : 1);
  return {
    programs: Object.fromEntries(sorted.map(({ digest, facts }) => [digest, facts])),
    ...(libraryPath === undefined ? {} : { libraryPath }),
  };
}

const FACTS = "elf";
/** Another form of the facts, or another way to find them, gets another number. */
const VERSION = 3;

interface StoredRecord {
  readonly version: typeof VERSION;
  readonly record: ProgramRecord;
}

/** What is known from an earlier build of the same catalog. */
export async function readRecord(
  environment: Environment,
  cache: BlobCache,
): Promise<ProgramRecord | undefined> {
  const fact = await cache.readFact(FACTS, catalogKey(environment.catalogFile));
  return isStoredRecord(fact) ? fact.record : undefined;
}

export async function keepRecord(
  record: ProgramRecord,
  { environment, cache }: { readonly environment: Environment; readonly cache: BlobCache },
): Promise<void> {
  const fact: StoredRecord = { version: VERSION, record };
  await cache.writeFact(FACTS, catalogKey(environment.catalogFile), fact);
}

/** The version stands for the form: nobody else writes into the cache. */
function isStoredRecord(value: unknown): value is StoredRecord {
  return isObject(value) && value.version === VERSION;
}

/** LD_LIBRARY_PATH as activation sets it; none where it does not, or nothing can be read of it. */
export async function activatedLibraryPath(
  { catalog, library }: Environment,
): Promise<string | undefined> {
  const file = findFile(catalog, ACTIVATION);
  if (file === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(await readBlob(library, file)));
    const path = isObject(value) ? value.LD_LIBRARY_PATH : undefined;
    return typeof path === "string" ? path : undefined;
  } catch {
    return undefined; // Missing or damaged content is said where it is packed.
  }
}

/** A larger file is left for the workers that pack. */
const MOST_BYTES = 128 * 1024 * 1024;
/** Of a file that is not looked into: nothing is asked for. */
const NOT_READ: ElfFacts = { kind: "elf", needed: [], rpath: [], runpath: [] };

/** What one file says, read from the library. */
export async function readProgramFacts(
  file: FileRecord,
  { library }: Environment,
): Promise<ProgramFacts | undefined> {
  if (file.size > MOST_BYTES) return NOT_READ;
  try {
    return programFacts(await readBlob(library, file, { limit: MOST_BYTES }));
  } catch {
    return NOT_READ; // Missing or damaged content is said where it is packed.
  }
}

/** Programs of a catalog by their numbers in its tree, symlinks not among them. */
export function programNodes(
  catalog: Catalog,
  programs: Readonly<Record<string, ProgramFacts>>,
): ReadonlyMap<number, ProgramFacts> {
  const byContent = new Map<number, ProgramFacts>();
  for (const [digest, facts] of Object.entries(programs)) {
    const content = catalog.contents.find(digest);
    if (content !== undefined) byContent.set(content, facts);
  }
  const found = new Map<number, ProgramFacts>();
  for (const node of restoredNodes(catalog)) {
    const facts = byContent.get(catalog.tree.contents[node]!);
    if (facts !== undefined && !catalog.tree.symlinks.has(node)) found.set(node, facts);
  }
  return found;
}
