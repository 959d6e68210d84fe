import { type Base, type BaseFacts, decodeBaseFacts, encodeBaseFacts } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import {
  type Catalog,
  catalogFileName,
  countFiles,
  type Environment,
  parseCatalog,
} from "../holotree/mod.ts";
import { type Digest, isDigest, isObject, parseObject } from "../oci/mod.ts";
import { isProgramFacts, type ProgramFacts } from "../programs/mod.ts";
import { type FactsCatalog, isOfStart, reducedCatalog } from "./reduced_catalog.ts";

/**
 * What is known of an environment's programs, whatever the base and its place are: by the digests of
 * their contents, and LD_LIBRARY_PATH as activation sets it.
 */
export interface ProgramRecord {
  readonly programs: Readonly<Record<string, ProgramFacts>>;
  readonly libraryPath?: string;
}

/** What an image says of its environment to those who have no library. */
export interface EnvironmentFacts {
  /** Files, links and folders that matter when a robot starts, and no others. */
  readonly catalog: Catalog;
  readonly mode: Environment["mode"];
  /** How many files the environment has. */
  readonly files: number;
  readonly record: ProgramRecord;
  /** What was learned of the base by reading its layers. */
  readonly base?: { readonly digest: Digest; readonly facts: BaseFacts };
}

/** Of the JSON. */
const VERSION = 1;

interface FactsJson {
  readonly version: typeof VERSION;
  readonly catalog: FactsCatalog;
  readonly mode: Environment["mode"];
  readonly files: number;
  readonly programs: Readonly<Record<string, ProgramFacts>>;
  readonly libraryPath?: string;
  readonly base?: { readonly digest: string; readonly facts: unknown };
}

/** What {@linkcode encodeFacts} is given. */
export interface FactsToEncode {
  readonly environment: Pick<Environment, "catalog" | "mode">;
  readonly record: ProgramRecord;
  readonly base: Base;
  /** How many files the environment has, where its catalog has not all of them. */
  readonly files?: number;
}

/** The facts as JSON: the same for the same environment, base and programs. */
export function encodeFacts(
  { environment, record, base, files = countFiles(environment.catalog) }: FactsToEncode,
): Uint8Array {
  const { catalog, mode } = environment;
  const { programs, libraryPath } = record;
  const ofPrograms = new Set(Object.keys(programs).map((digest) => catalog.contents.find(digest)));
  const isKept = (path: string, content?: number) =>
    content !== undefined && ofPrograms.has(content) || isOfStart(path);
  const reduced = reducedCatalog(catalog, isKept);
  const named = [...reduced.digests].flatMap(([digest, short]) => {
    const facts = programs[digest];
    return facts === undefined ? [] : [[short, facts] as const];
  });
  const json: FactsJson = {
    version: VERSION,
    catalog: reduced.catalog,
    mode,
    files,
    programs: Object.fromEntries(named),
    ...(libraryPath === undefined ? {} : { libraryPath }),
    ...(base.digest === undefined
      ? {}
      : { base: { digest: base.digest, facts: encodeBaseFacts(base) } }),
  };
  return new TextEncoder().encode(JSON.stringify(json));
}

/** @throws {SyntaxError} when they are not what `encodeFacts` makes. */
export async function decodeFacts(bytes: Uint8Array): Promise<EnvironmentFacts> {
  const json = parseObject(bytes);
  const { version, catalog, mode, files, programs, libraryPath, base } = json;
  if (version !== VERSION) throw new SyntaxError(`expected version ${VERSION} of the facts`);
  const isWhole = isObject(catalog) && typeof catalog.blueprint === "string" &&
    (mode === "private" || mode === "shared" || mode === "raw") &&
    Number.isSafeInteger(files) && files as number >= 0 &&
    isObject(programs) && Object.values(programs).every(isProgramFacts) &&
    (libraryPath === undefined || typeof libraryPath === "string");
  if (!isWhole) throw new SyntaxError("expected facts of an environment");
  const text = new TextEncoder().encode(JSON.stringify(catalog));
  const parsed = await parseCatalog(text, catalogFileName(catalog.blueprint as string)).catch(
    (error) => {
      // The catalog is no file of this machine: the image is at fault, and is named.
      if (!(error instanceof Failure)) throw error;
      throw new SyntaxError(error.message, { cause: error });
    },
  );
  return {
    catalog: parsed,
    mode,
    files: files as number,
    record: {
      programs: programs as ProgramRecord["programs"],
      ...(libraryPath === undefined ? {} : { libraryPath }),
    },
    ...baseOf(base),
  };
}

function baseOf(value: unknown): Pick<EnvironmentFacts, "base"> {
  if (!isObject(value) || !isDigest(value.digest)) return {};
  const facts = decodeBaseFacts(value.facts);
  return facts === undefined ? {} : { base: { digest: value.digest, facts } };
}
