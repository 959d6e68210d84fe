import { type Digest, hexOf, isObject } from "../oci/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import type { BaseLayer, LayerSource } from "./base_layer.ts";
import { isOfForm } from "./facts_form.ts";
import { GlibcVersionScan } from "./glibc_version.ts";
import { type BaseLibrary, findBaseLibraries, INTERPRETERS } from "./libraries.ts";
import {
  type LoaderFacts,
  loaderFolders,
  NO_LOADER,
  type OsRelease,
  parseLoaderCache,
  parseRelease,
} from "./loader_facts.ts";
import { readContents } from "./read_contents.ts";
import { readTree } from "./read_tree.ts";
import { OptionalFile, SmallText } from "./small_files.ts";
import { PackageDatabases } from "./package_databases.ts";
import type { SystemPackages } from "./system_packages.ts";
import type { Tree } from "./tree.ts";
import { decodeTree, encodeTree, type TreeFacts } from "./tree_facts.ts";
import { type BaseUsers, parseUsers } from "./users.ts";

/** All that is learned of a base image by reading its layers. */
export interface BaseFacts {
  /** All layers over one another. */
  readonly tree: Tree;
  readonly users: BaseUsers;
  /** Its program interpreters and C libraries. */
  readonly libraries: readonly BaseLibrary[];
  /** What some engines refuse of its layers, in words. */
  readonly doubts: readonly string[];
  /** Where its interpreter looks for libraries. */
  readonly loader: LoaderFacts;
  /** Which system it is; none when it does not say. */
  readonly release?: OsRelease;
  /** The packages of its distribution. */
  readonly system: SystemPackages;
}

/** Options of {@linkcode readFacts}. */
export interface ReadFactsOptions extends LayerSource {
  /** Where facts are kept, so that a base is read once. */
  readonly cache?: BlobCache;
  /** Of the manifest, which decides all facts. */
  readonly digest: Digest;
  /** What others know of a base by the digest of its manifest. */
  readonly knownFacts?: ((digest: Digest) => BaseFacts | undefined) | undefined;
}

/** Of the facts that are kept in a cache. */
export const BASE_FACTS = "bases";
/** Another form of the facts gets another number. */
const VERSION = 4;

/** Reads the layers, or what is kept of an earlier reading. @throws {Failure} when they are wrong. */
export async function readFacts(
  layers: readonly BaseLayer[],
  { cache, digest, knownFacts, ...source }: ReadFactsOptions,
): Promise<BaseFacts> {
  const kept = await cache?.readFact(BASE_FACTS, hexOf(digest));
  if (isStoredFacts(kept)) return decodeFacts(kept);
  const known = knownFacts?.(digest);
  if (known !== undefined) return known;
  const found = await readLayers(layers, source);
  await cache?.writeFact(BASE_FACTS, hexOf(digest), storedFacts(found));
  return factsOf(found);
}

/** Whether facts that were kept are those of the layers. */
export async function areFactsOf(
  kept: unknown,
  layers: readonly BaseLayer[],
  source: LayerSource,
): Promise<boolean> {
  const facts = storedFacts(await readLayers(layers, source));
  return JSON.stringify(facts) === JSON.stringify(kept);
}

interface ReadFacts extends KnownFiles {
  readonly tree: Tree;
  readonly doubts: readonly string[];
}

async function readLayers(layers: readonly BaseLayer[], source: LayerSource): Promise<ReadFacts> {
  const { tree, doubts } = await readTree(layers, source);
  return { tree, doubts, ...await readKnownFiles(tree, { layers, ...source }) };
}

function storedFacts({ tree, ...facts }: ReadFacts): StoredFacts {
  return { version: VERSION, tree: encodeTree(tree), ...facts };
}

/** Whether the facts of a base are kept, so that its layers need not be read. */
export async function hasFacts(digest: Digest, cache: BlobCache | undefined): Promise<boolean> {
  return isStoredFacts(await cache?.readFact(BASE_FACTS, hexOf(digest)));
}

/** Facts for others to read. */
export function encodeBaseFacts(
  { tree, users, libraries, loader, release, system, doubts }: BaseFacts,
): unknown {
  const accounts = { passwd: users.passwdText, group: users.groupText };
  const known = { libraries, loader, system, ...(release === undefined ? {} : { release }) };
  return storedFacts({ tree, doubts, accounts, ...known });
}

/**
 * What another build has encoded; nothing when it is of another version.
 *
 * @throws {SyntaxError} when it is no facts of that version.
 */
export function decodeBaseFacts(value: unknown): BaseFacts | undefined {
  if (!isStoredFacts(value)) return undefined;
  if (!isOfForm(value)) throw new SyntaxError("expected facts of a base");
  return decodeFacts(value);
}

/** Facts as JSON can hold them. */
export interface StoredFacts extends KnownFiles {
  readonly version: typeof VERSION;
  readonly tree: TreeFacts;
  readonly doubts: readonly string[];
}

/** What the contents of some files say. */
interface KnownFiles extends Pick<BaseFacts, "libraries" | "loader" | "release" | "system"> {
  readonly accounts: Accounts;
}

interface Accounts {
  readonly passwd: string;
  readonly group: string;
}

/** The version stands for the form: nobody else writes into the cache. */
function isStoredFacts(value: unknown): value is StoredFacts {
  return isObject(value) && value.version === VERSION;
}

function decodeFacts({ tree, ...facts }: StoredFacts): BaseFacts {
  return factsOf({ tree: decodeTree(tree), ...facts });
}

function factsOf(
  { tree, accounts, libraries, loader, release, system, doubts }: ReadFacts,
): BaseFacts {
  return {
    tree,
    users: parseUsers(accounts.passwd, accounts.group),
    libraries,
    loader,
    ...(release === undefined ? {} : { release }),
    system,
    doubts,
  };
}

async function readKnownFiles(
  tree: Tree,
  source: LayerSource & { readonly layers: readonly BaseLayer[] },
): Promise<KnownFiles> {
  const passwd = new SmallText("/etc/passwd", { tree, name: source.name });
  const group = new SmallText("/etc/group", { tree, name: source.name });
  const loaderCache = new OptionalFile("/etc/ld.so.cache", tree);
  const os = new OptionalFile("/etc/os-release", tree);
  const interpreter = new OptionalFile(INTERPRETERS[0], tree);
  const databases = new PackageDatabases(tree);
  const scans = findBaseLibraries(tree).map((found) => ({
    ...found,
    scan: new GlibcVersionScan(),
  }));
  await readContents([
    ...[passwd, group, loaderCache, os, interpreter, databases].flatMap((file) => file.wanted()),
    ...scans.map(({ node, scan }) => ({
      file: node,
      onChunk: (bytes: Uint8Array) => scan.update(bytes),
    })),
  ], source);
  const release = parseRelease(new TextDecoder().decode(os.finish()));
  return {
    accounts: { passwd: passwd.finish(), group: group.finish() },
    libraries: scans.map(({ library, scan }) => {
      const glibc = scan.finish();
      return glibc === undefined ? library : { ...library, glibc };
    }),
    loader: interpreter.isThere
      ? {
        cache: parseLoaderCache(loaderCache.finish()),
        folders: loaderFolders(interpreter.finish()),
      }
      : NO_LOADER,
    ...(release === undefined ? {} : { release }),
    system: databases.finish(),
  };
}
