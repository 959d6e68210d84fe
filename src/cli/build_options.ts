import { LEVELS, type Packing } from "../compression/mod.ts";
import { Failure, messageOf, throwFailures } from "../failure/mod.ts";
import { type BuildRequest, type BytecodeChoice, dockerArchive } from "../build/mod.ts";
import { parseReference, type Reference } from "../oci/mod.ts";
import type { Engine } from "../output/mod.ts";
import { isStartMode, MOST_LAYERS, parseUserRequest, type StartMode } from "../plan/mod.ts";
import { parseSboms, requirePage } from "./document_options.ts";
import { parseRegistryArguments, type RegistryArguments } from "./registry_options.ts";

/** What commander makes of the arguments of `build`. */
export interface BuildArguments {
  readonly robot: string;
  readonly fleet?: string | undefined;
  readonly root?: string | undefined;
  readonly tag: readonly string[];
  readonly baseImage: string;
  readonly save?: string | undefined;
  readonly ociLayout?: string | undefined;
  readonly catalog?: string | undefined;
  readonly hololib?: string | undefined;
  readonly cacheFrom?: readonly string[] | boolean | undefined;
  readonly resolve?: boolean | undefined;
  readonly strictPlatform?: boolean | undefined;
  readonly allowRecordedSecrets?: boolean | undefined;
  readonly rccExec?: string | undefined;
  readonly rccVersion?: string | undefined;
  readonly rccSha256?: string | undefined;
  readonly task?: string | undefined;
  readonly user?: string | undefined;
  readonly env: readonly string[];
  readonly label: readonly string[];
  readonly exclude: readonly string[];
  readonly compression: string;
  readonly maxLayers?: string | undefined;
  readonly start?: string | undefined;
  readonly sealed?: boolean | undefined;
  readonly init?: boolean | undefined;
  readonly compileBytecode?: string | boolean | undefined;
  readonly jobs?: string | undefined;
  readonly push?: boolean | undefined;
  readonly load?: string | undefined;
  readonly digestFile?: string | undefined;
  readonly metadataFile?: string | undefined;
  readonly report?: string | undefined;
  readonly compare?: string | undefined;
  readonly sbom?: readonly string[] | undefined;
  readonly sbomFormat?: string | undefined;
  readonly provenance?: string | undefined;
  readonly plan?: boolean | undefined;
}

/** Facts of the host that options depend on. */
export interface OptionFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
  readonly cores: number;
}

const DEFAULT_ARCHIVE = "image.tar";
const MOST_JOBS = 64;
const DEFAULT_MAX_LAYERS = 60;

/** @throws {Failure} or {Failures} of kind "usage" with all that is wrong. */
export function parseBuildOptions(
  given: BuildArguments & RegistryArguments,
  facts: OptionFacts,
): BuildRequest {
  const failures: Failure[] = [];
  function attempt<Value>(parse: () => Value): Value | undefined {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
      return undefined;
    }
  }
  const tags = given.tag.map((tag) => attempt(() => parseTag(tag)));
  const user = attempt(() => given.user === undefined ? undefined : parseUserRequest(given.user));
  const env = attempt(() => parsePairs(given.env, "--env", /^[A-Za-z_][A-Za-z0-9_]*$/));
  const labels = attempt(() => parsePairs(given.label, "--label", /^[!-<>-~]+$/));
  const packing = attempt(() => parsePacking(given.compression));
  const jobs = attempt(() =>
    given.jobs === undefined ? facts.cores : parseCount("--jobs", given.jobs, MOST_JOBS)
  );
  const maxLayers = attempt(() =>
    given.maxLayers === undefined
      ? DEFAULT_MAX_LAYERS
      : parseCount("--max-layers", given.maxLayers, MOST_LAYERS)
  );
  const start = attempt(() => parseStart(given));
  const bytecode = attempt(() => parseBytecode(given.compileBytecode));
  const created = attempt(() => parseCreated(facts));
  const registry = attempt(() => parseRegistryArguments(given));
  const load = attempt(() => given.load === undefined ? undefined : parseEngine(given.load));
  const { ociLayout, push = false } = given;
  const writesNothing =
    [given.save, ociLayout, given.load].every((output) => output === undefined) && !push;
  const save = writesNothing ? DEFAULT_ARCHIVE : given.save;
  const archive = dockerArchive({ save, load });
  if (packing?.codec === "zstd" && archive !== undefined) {
    failures.push(
      optionFailure(
        `failed to use --compression zstd for "${archive}": docker loads no zstd layers from an ` +
          `archive, write --oci-layout or --push, or leave the compression as it is`,
      ),
    );
  }
  if (push && given.tag.length === 0) {
    failures.push(optionFailure("failed to use --push: there is no name to push to, give --tag"));
  }
  attempt(() => requirePage(given));
  const sboms = attempt(() => parseSboms(given));
  throwFailures(failures);
  const { pull, chunkSize, connection } = registry!;
  return {
    robot: {
      path: given.robot,
      ...optional("root", given.root),
      ...optional("task", given.task),
      exclude: given.exclude,
    },
    environment: {
      ...optional("catalog", given.catalog),
      ...optional("hololib", given.hololib),
      ...optional("cacheFrom", cacheFromOf(given)),
      resolve: given.resolve ?? false,
      strictPlatform: given.strictPlatform ?? false,
      allowRecordedSecrets: given.allowRecordedSecrets ?? false,
      ...optional("bytecode", bytecode),
    },
    rcc: {
      ...optional("path", given.rccExec),
      ...optional("version", given.rccVersion),
      ...optional("sha256", given.rccSha256),
    },
    base: { name: given.baseImage, pull },
    image: {
      tags: tags as Reference[],
      ...optional("user", user),
      env: env!,
      labels: labels!,
      packing: packing!,
      maxLayers: maxLayers!,
      start: start!,
      init: given.init ?? false,
      created: created!,
    },
    outputs: {
      ...optional("save", save),
      ...optional("ociLayout", ociLayout),
      push,
      ...optional("chunkSize", chunkSize),
      ...optional("load", load),
      ...optional("digestFile", given.digestFile),
      ...optional("metadataFile", given.metadataFile),
      ...optional("report", given.report),
      ...optional("compare", given.compare),
      sboms: sboms!,
      ...optional("provenance", given.provenance),
    },
    connection,
    jobs: jobs!,
  };
}

/** @param given As commander gives it: `true` without a value. @throws {Failure} of kind "usage" */
export function parseBytecode(given: string | boolean | undefined): BytecodeChoice | undefined {
  if (given === undefined || given === false) return undefined;
  const choice = given === true ? "all" : given;
  if (choice === "all" || choice === "used") return choice;
  throw optionFailure(
    `failed to read --compile-bytecode "${choice}": expected all or used; a robot stands before the option`,
  );
}

/** Nothing where the names that are pushed are to be looked at. */
function cacheFromOf(
  { cacheFrom = [] }: Pick<BuildArguments, "cacheFrom">,
): readonly string[] | undefined {
  if (cacheFrom === false) return [];
  return cacheFrom === true || cacheFrom.length === 0 ? undefined : cacheFrom;
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : { [key]: value } as { [K in Key]: Value };
}

function parseTag(text: string): Reference {
  let reference: Reference;
  try {
    reference = parseReference(text);
  } catch (error) {
    throw new Failure("usage/reference", `failed to read --tag "${text}": ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (reference.digest !== undefined) {
    throw new Failure(
      "usage/reference",
      `failed to read --tag "${text}": a digest names an image that is there already, give a tag`,
    );
  }
  return reference;
}

function parsePairs(
  texts: readonly string[],
  option: string,
  name: RegExp,
): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals < 0 || !name.test(text.slice(0, equals)) || text.includes("\0")) {
      throw optionFailure(`failed to read ${option} "${text}": expected NAME=VALUE`);
    }
    pairs.set(text.slice(0, equals), text.slice(equals + 1));
  }
  return pairs;
}

/** `gzip`, `zstd`, or with a level: `gzip:6`. */
function parsePacking(text: string): Packing {
  const [codec, level, ...rest] = text.split(":");
  if ((codec !== "gzip" && codec !== "zstd") || rest.length > 0) {
    throw optionFailure(
      `failed to read --compression "${text}": expected gzip or zstd, or one with a level ` +
        `such as gzip:6`,
    );
  }
  if (level === undefined) return { codec };
  const { lowest, highest } = LEVELS[codec];
  const number = /^[0-9]{1,2}$/.test(level) ? Number(level) : NaN;
  if (number >= lowest && number <= highest) return { codec, level: number };
  throw optionFailure(
    `failed to read --compression "${text}": expected a level of ${lowest} to ${highest}`,
  );
}

function parseStart(
  { start: given, sealed = false }: Pick<BuildArguments, "start" | "sealed">,
): StartMode {
  const start = given ?? (sealed ? "sealed" : "checked");
  if (!isStartMode(start)) {
    throw optionFailure(
      `failed to read --start "${start}": expected checked, trusted or sealed`,
    );
  }
  if (sealed && start !== "sealed") {
    throw optionFailure(
      `failed to use --sealed with --start ${start}: an image starts in one way, leave one out`,
    );
  }
  return start;
}

function parseEngine(text: string): Engine {
  if (text === "docker" || text === "podman") return text;
  throw optionFailure(`failed to read --load "${text}": expected docker or podman`);
}

function parseCount(option: string, text: string, most: number): number {
  const count = /^[0-9]{1,3}$/.test(text) ? Number(text) : NaN;
  if (count >= 1 && count <= most) return count;
  throw optionFailure(`failed to read ${option} "${text}": expected a number of 1 to ${most}`);
}

/** https://reproducible-builds.org/specs/source-date-epoch/ */
function parseCreated({ env, now }: OptionFacts): Date {
  const epoch = env.SOURCE_DATE_EPOCH;
  if (epoch === undefined || epoch === "") return new Date(Math.floor(now.getTime() / 1000) * 1000);
  const seconds = /^[0-9]{1,11}$/.test(epoch) ? Number(epoch) : NaN;
  if (Number.isNaN(seconds)) {
    throw optionFailure(
      `failed to read SOURCE_DATE_EPOCH "${epoch}": expected seconds since 1970`,
    );
  }
  return new Date(seconds * 1000);
}

function optionFailure(message: string): Failure {
  return new Failure("usage/option", message);
}
