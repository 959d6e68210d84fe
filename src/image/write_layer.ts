import { setImmediate } from "node:timers/promises";
import { Failure } from "../failure/mod.ts";
import { measuredDigest, MEDIA_TYPES } from "../oci/mod.ts";
import type { BytecodeCompiler } from "../bytecode/mod.ts";
import {
  type Content,
  ContentError,
  type EnvironmentLayer,
  type FoundProgram,
  LayerFile,
  LayerWriteError,
  NoWorkerError,
  type PackedLayer,
  packEnvironmentLayer,
  type Packer,
  packLayer,
  WorkerError,
} from "../packing/mod.ts";
import { type EnvironmentLayerPlan, isOfLibrary, isTaken, type LayerPlan } from "../plan/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import type { TarEntry } from "../tar/mod.ts";
import type { WrittenLayer } from "./layer.ts";
import { LayerCache } from "./layer_cache.ts";

/** Options of {@linkcode writeLayer}. */
export interface WriteLayerOptions {
  /** Where the layer's bytes are kept. */
  readonly cache: BlobCache;
  readonly packer: Packer;
  /** Compiles what the plan orders; may be missing when it orders nothing. */
  readonly compiler?: Pick<BytecodeCompiler, "compile"> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told how many more bytes of the layer's tar have been packed. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** All of the environment, for the layer that says what was found in the others. */
  readonly programs?: readonly FoundProgram[] | undefined;
}

/**
 * Packs a layer into the cache: one of the environment by a worker, another one here.
 *
 * @throws {Failure} naming the file whose content is damaged or cannot be read.
 */
export async function writeLayer(
  plan: LayerPlan,
  options: WriteLayerOptions,
): Promise<WrittenLayer> {
  const { cache, packer: { packing } } = options;
  await using output = await cache.begin();
  const path = output.temporaryPath;
  const packed =
    await (isOfLibrary(plan)
      ? packEnvironment(plan, path, options)
      : packEntries(await entriesOf(plan, options), path, options)).catch((error) => {
        throw error instanceof LayerWriteError ? output.failure(error) : asFailure(plan, error);
      });
  const digest = measuredDigest(packed.packed);
  await output.commit(digest);
  const written: WrittenLayer = {
    descriptor: {
      mediaType: packing.codec === "gzip" ? MEDIA_TYPES.layerGzip : MEDIA_TYPES.layerZstd,
      digest,
      size: packed.packed.size,
    },
    diffId: measuredDigest(packed.tar),
    tarSize: packed.tar.size,
    checksums: packed.packed.checksums,
    programs: packed.programs,
    restored: packed.restored,
  };
  if (plan.key !== undefined) await new LayerCache(cache).keep(plan.key, written);
  return written;
}

async function packEnvironment(
  plan: EnvironmentLayerPlan,
  path: string,
  options: WriteLayerOptions,
): Promise<PackedLayer> {
  const { cache, packer, signal, onProgress } = options;
  await using bytecode = plan.bytecode === undefined ? undefined : await cache.begin();
  const layer = await withBytecode(plan, bytecode?.temporaryPath, options);
  try {
    return await packer.pack(layer, { path, signal, onProgress });
  } catch (error) {
    if (!(error instanceof NoWorkerError)) throw error;
    // The system has no thread for us: then it takes longer.
    return await packEnvironmentLayer(layer, {
      packing: packer.packing,
      path,
      onProgress: pacedProgress({ signal, onProgress }),
    });
  }
}

async function entriesOf(
  plan: Exclude<LayerPlan, EnvironmentLayerPlan>,
  { programs = [] }: WriteLayerOptions,
): Promise<Iterable<TarEntry<Content>>> {
  if (isTaken(plan)) throw new TypeError(`expected a layer to write, found one of an image`);
  return plan.kind === "facts" ? await plan.open(programs) : plan.open();
}

/** The layer, with bytecode that lies in a file until it is packed. */
async function withBytecode(
  plan: EnvironmentLayerPlan,
  path: string | undefined,
  { compiler, signal, onProgress }: WriteLayerOptions,
): Promise<EnvironmentLayer> {
  const layer = await plan.open();
  if (plan.bytecode === undefined || path === undefined) return layer;
  if (compiler === undefined) throw new TypeError("expected somebody who compiles");
  const compiled = await compiler.compile(layer, plan.bytecode, {
    path,
    signal,
    onSource: ({ size }) => onProgress?.(size),
  });
  return { ...layer, others: [...compiled, ...layer.others] };
}

async function packEntries(
  entries: Iterable<TarEntry<Content>>,
  path: string,
  { packer: { packing }, signal, onProgress }: WriteLayerOptions,
): Promise<PackedLayer> {
  using file = new LayerFile(path);
  const tar = await packLayer(() => entries, {
    packing,
    sink: file,
    onProgress: pacedProgress({ signal, onProgress }),
  });
  return { packed: file.finish(), tar, programs: [], restored: [] };
}

const SLICE_MS = 15;

/** Packing on the main thread gives way to signals and to the screen every few milliseconds. */
function pacedProgress(
  { signal, onProgress }: Pick<WriteLayerOptions, "signal" | "onProgress">,
): (tarBytes: number) => Promise<void> | void {
  let told = 0;
  let end = performance.now() + SLICE_MS;
  return (tarBytes) => {
    if (performance.now() < end) return;
    onProgress?.(tarBytes - told);
    told = tarBytes;
    return setImmediate().then(() => {
      signal?.throwIfAborted();
      end = performance.now() + SLICE_MS;
    });
  };
}

function asFailure(plan: LayerPlan, error: unknown): unknown {
  if (error instanceof ContentError) return contentFailure(plan, error);
  return error instanceof WorkerError ? workerFailure(plan, error) : error;
}

function workerFailure({ name }: LayerPlan, error: WorkerError): Failure {
  return new Failure(
    "rcc/worker",
    `failed to pack "${name}": ${error.message}, allow more threads and memory or take --jobs 1`,
    { cause: error },
  );
}

function contentFailure({ name }: LayerPlan, error: ContentError): Failure {
  const { content, problem, message } = error;
  const action = `failed to pack "${content}": `;
  if (name === "environment") {
    if (problem === "unpatchable") {
      const cure = "the catalog does not fit its files, build the environment again";
      return new Failure("environment/relocation", `${action}${message}; ${cure}`, {
        cause: error,
      });
    }
    return problem === "damaged"
      ? new Failure(
        "environment/blob-damaged",
        `${action}its blob is damaged, ${message}; run \`rcc holotree check\`, then build the ` +
          `environment again`,
        { cause: error },
      )
      : new Failure("environment/blob-unreadable", `${action}${message}, make it readable`, {
        cause: error,
      });
  }
  const id = name === "robot" ? "robot/file" : "rcc/unreadable";
  return new Failure(id, `${action}${message}, build again when it no longer changes`, {
    cause: error,
  });
}
