import { constants } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, resolve } from "node:path";
import {
  type CheckFacts,
  type FileFact,
  findForeignBinaries,
  type FolderFact,
  foreignBinaryWarnings,
  type Found,
  type HostRccFact,
  type ImageFact,
  type OutputFact,
  type RegistryFact,
  type SpaceFact,
  type ToResolve,
} from "../checks/mod.ts";
import { Failure, failuresOf, messageOf } from "../failure/mod.ts";
import { requireWritable } from "../files/mod.ts";
import { type Environment, walkCatalog } from "../holotree/mod.ts";
import type { BaseSummary } from "../base/mod.ts";
import { discardBody, type HttpClient, HttpError } from "../http/mod.ts";
import {
  askRccVersion,
  describeHost,
  findHostRcc,
  hostAdvice,
  type LinuxRcc,
  type RccToDownload,
} from "../rcc/mod.ts";
import type { PublishedRcc } from "./find_inputs.ts";
import type { Robot } from "../robot/mod.ts";
import { CACHE_ELSEWHERE, requireCache } from "../store/mod.ts";
import type { Context } from "./session.ts";
import { asFound, mapFound } from "./found.ts";

/** Options of {@linkcode collectFacts}: what was read already, and what is to be looked at. */
export interface CollectFactsOptions {
  readonly context: Pick<Context, "env" | "hostOs" | "hostArch" | "now" | "signal">;
  readonly robot: Found<Robot>;
  readonly environment: Found<Environment> | ToResolve;
  readonly rcc: Found<LinuxRcc | RccToDownload | PublishedRcc>;
  readonly base: Found<Pick<BaseSummary, "name" | "digest" | "isRead">>;
  readonly image: Found<ImageFact>;
  /** Files that options name. */
  readonly files?: readonly Omit<FileFact, "problem">[];
  /** Where the image is to go. */
  readonly outputs: readonly { readonly where: string; prepare(): Promise<void> }[];
  readonly cachePath: string;
  /** Whether something will be written into the folder for temporary files. */
  readonly usesTemporary: boolean;
  /** Whether the host's own rcc is looked for, and run to ask its version. */
  readonly hostRcc: "unasked" | "found" | "asked";
  /** What is taken for the host's own where none is on PATH. */
  readonly rccExec?: string | undefined;
  readonly openFiles?: Failure | undefined;
  /** The hosts that will be asked, and the client for them. */
  readonly registries: readonly AskedRegistry[];
  readonly http: HttpClient;
  /** How often a host is asked that gives no answer; the client's own by default. */
  readonly tries?: number | undefined;
  /** See `diskSpaceFacts`; none while it is not known what will be written. */
  readonly space?: readonly SpaceFact[];
}

/** A registry, and what it is asked besides whether it is there. */
export interface AskedRegistry extends Pick<RegistryFact, "host" | "use"> {
  /** @throws {Failure} of what it refuses. */
  ask?(options: { readonly tries: number; readonly signal: AbortSignal }): Promise<void>;
}

/** Looks once at all that the checks judge. Writes nothing. */
export async function collectFacts(options: CollectFactsOptions): Promise<CheckFacts> {
  const { context, robot, environment, rcc, base } = options;
  const { env, hostOs, hostArch, now } = context;
  const temporary = env.TMPDIR || tmpdir();
  const probes = await Promise.all(
    options.registries.map((registry) => probe(registry, options)),
  );
  return {
    host: {
      platform: describeHost(hostOs, hostArch),
      advice: hostAdvice(hostOs, hostArch),
      now,
      remoteNow: probes.find(({ date }) => date !== undefined)?.date,
      openFiles: options.openFiles,
    },
    robot: mapFound(robot, ({ file, tasks, environment }) => ({
      file,
      tasks: tasks.length,
      hasEnvironment: environment !== undefined,
    })),
    files: await Promise.all((options.files ?? []).map(readableFact)),
    outputs: await Promise.all(options.outputs.map(outputFact)),
    folders: await Promise.all([
      folderFact("cache", options.cachePath, () => usableCache(options.cachePath)),
      ...(options.usesTemporary
        ? [folderFact("temporary", temporary, () => usableFolder(temporary, OWN_TEMPORARY))]
        : []),
    ]),
    space: options.space ?? [],
    registries: probes.map(({ fact }) => fact),
    rcc: mapFound(rcc, rccFact),
    hostRcc: await hostRccFact(options),
    environment: "toResolve" in environment ? environment : mapFound(environment, environmentFact),
    base: mapFound(base, ({ name, digest, isRead }) => ({ name, digest, isRead })),
    image: options.image,
  };
}

function rccFact(rcc: LinuxRcc | RccToDownload | PublishedRcc) {
  if (rcc.origin === "published") return { path: `that of ${rcc.image}` };
  const { version } = rcc;
  const path = rcc.origin === "download" ? `${rcc.url}, which will be downloaded` : rcc.path;
  return { path, version };
}

function environmentFact({ catalog, library }: Environment) {
  const paths = walkCatalog(catalog).map(({ path }) => path);
  return {
    hash: catalog.blueprint,
    library: library.path,
    warnings: foreignBinaryWarnings(findForeignBinaries(paths)),
  };
}

async function readableFact(file: Omit<FileFact, "problem">): Promise<FileFact> {
  try {
    await access(file.path, constants.R_OK);
    return file;
  } catch (error) {
    // Deno looks at the mode alone, which binds neither root nor whom other rules allow it.
    if (await opens(file.path)) return file;
    const { code } = error as { code?: string };
    const isAbsent = code === "ENOENT" || code === "ENOTDIR";
    return { ...file, problem: isAbsent ? "no such file" : `the system says ${code}` };
  }
}

/** Only files: opening a pipe may take what is in it. */
async function opens(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    await (await open(path)).close();
    return true;
  } catch {
    return false;
  }
}

async function outputFact(output: CollectFactsOptions["outputs"][number]): Promise<OutputFact> {
  const { where } = output;
  const prepared = await asFound(output.prepare());
  return "error" in prepared ? { where, error: prepared.error } : { where };
}

async function folderFact(
  use: FolderFact["use"],
  path: string,
  tryIt: () => Promise<Found<void>>,
): Promise<FolderFact> {
  const tried = await tryIt();
  return "error" in tried ? { use, path, error: tried.error } : { use, path };
}

/** Whether files can be made in the cache, and the folder is one. */
export async function usableCache(path: string): Promise<Found<void>> {
  return await asFound(requireUsableCache(path));
}

async function requireUsableCache(path: string): Promise<void> {
  await requireCache(path);
  await requireUsable(resolve(path), CACHE_ELSEWHERE.otherwise);
}

const OWN_TEMPORARY = "set TMPDIR to a folder of yours";

/** Whether files can be made in a folder. */
async function usableFolder(path: string, otherwise: string): Promise<Found<void>> {
  return await asFound(requireUsable(resolve(path), otherwise));
}

/** A folder that is not there yet is judged by the one that it is going to be made in. */
async function requireUsable(path: string, otherwise: string): Promise<void> {
  const facts = await stat(path).catch((error: { code?: string }) => error.code);
  if (facts === "ENOENT" && dirname(path) !== path) {
    return await requireUsable(dirname(path), otherwise);
  }
  if (typeof facts === "object" && facts.isDirectory()) {
    return await requireWritable(path, { otherwise });
  }
  const found = typeof facts === "object" || facts === "ENOTDIR"
    ? "it is no folder, or lies below something that is none"
    : `the system says ${facts}`;
  throw new Failure("output/unwritable", `failed to write in "${path}": ${found}, ${otherwise}`);
}

interface Probe {
  readonly fact: RegistryFact;
  /** The host's own time. */
  readonly date?: Date;
}

/** Any answer will do at first, the one that asks for credentials too. */
async function probe(
  { ask, ...registry }: AskedRegistry,
  { http, tries = http.tries, context: { signal } }: CollectFactsOptions,
): Promise<Probe> {
  try {
    const origin = await http.origin(registry.host, { signal });
    const response = await http.request(new URL("/v2/", origin), { tries, signal });
    await discardBody(response);
    const date = new Date(response.headers.date ?? "");
    const asked = await asFound(ask?.({ tries, signal }) ?? Promise.resolve());
    const fact = "error" in asked ? { ...registry, error: asked.error } : registry;
    return { fact, ...(Number.isNaN(date.getTime()) ? {} : { date }) };
  } catch (error) {
    // A proxy that cannot be read is a failure; without any network it is an error of HTTP.
    if (!(error instanceof HttpError) && failuresOf(error).length === 0) throw error;
    return { fact: { ...registry, problem: messageOf(error) } };
  }
}

async function hostRccFact(
  { context: { env, hostOs, signal }, hostRcc, rccExec }: CollectFactsOptions,
): Promise<HostRccFact> {
  if (hostRcc === "unasked") return {};
  const path = await findHostRcc({ env, hostOs }) ?? rccExec;
  if (path === undefined) return {};
  if (hostRcc === "found") return { path };
  return { path, version: await askRccVersion(path, { env, signal }) };
}
