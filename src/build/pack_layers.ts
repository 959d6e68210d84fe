import type { BytecodeCompiler } from "../bytecode/mod.ts";
import { findCached, type Layer, writeLayers, type WriteLayersOptions } from "../image/mod.ts";
import type { LayerName, Plan } from "../plan/mod.ts";
import { beginCompiler } from "./begin_compiler.ts";
import { layersToTake } from "./cache_images.ts";
import type { Prepared, PrepareSession } from "./prepare_build.ts";
import { TakenPrograms } from "./taken_programs.ts";
import type { BuildRequest } from "./request.ts";

/** Options of {@linkcode packLayers}. */
export interface PackLayersOptions extends PrepareSession {
  readonly request: BuildRequest;
  /** Told of each layer as soon as it is there. */
  readonly onLayer?: (layer: Layer) => void;
}

/** Packs what the cache has not, and judges what that shows. @throws {Failures} */
export async function packLayers(
  { plan, inputs, startChecks }: Prepared,
  { request, context: { reporter, signal }, cache, packer, background, onLayer }: PackLayersOptions,
): Promise<readonly Layer[]> {
  const taken = new TakenPrograms(inputs, { reporter });
  const programsIn: WriteLayersOptions["programsIn"] = (layer, of) => taken.in(layer, of);
  const layers = await reporter.phase("Layering", async (phase) => {
    using task = phase.task("layers", await bytesToPack(plan, { cache, background }));
    background?.follow((bytes) => task.add(bytes));
    await using compiler = beginCompiler(inputs.environment, { cache, jobs: request.jobs });
    const written = await writeLayers(plan.layers, {
      cache,
      packer,
      compiler,
      background,
      published: layersToTake(inputs.cacheImages, request.outputs),
      programsIn,
      ...(onLayer === undefined ? {} : { onLayer }),
      signal,
      onProgress: (bytes) => task.add(bytes),
      onProgram: (program) => startChecks.add(program),
    });
    const cached = partsFromCache(written);
    for (const note of bytecodeNotes(compiler)) phase.note(note);
    if (cached.length > 0) phase.note(`${cached.join(", ")} from cache`);
    return written;
  });
  await startChecks.finish();
  return layers;
}

function bytecodeNotes(compiler: BytecodeCompiler | undefined): readonly string[] {
  const { compiled, skipped } = compiler?.counts ?? { compiled: 0, skipped: 0 };
  if (compiled + skipped === 0) return [];
  const without = skipped === 0 ? "" : `, ${skipped} that do not compile left out`;
  return [`${compiled} modules compiled${without}`];
}

/** About how many bytes of tar are to be packed, to show how far it has come. */
export async function bytesToPack(
  plan: Plan,
  { cache, background }: Pick<PrepareSession, "cache" | "background">,
): Promise<number> {
  let bytes = 0;
  for (const layer of plan.layers) {
    const isMissing = background?.has(layer) || await findCached(layer, cache) === undefined;
    if (isMissing) bytes += layer.size;
  }
  return bytes;
}

/** The parts of the image of which nothing had to be packed. */
function partsFromCache(layers: readonly Layer[]): readonly LayerName[] {
  const parts = Map.groupBy(layers, ({ plan }) => plan.name);
  return [...parts].filter(([, layers]) => layers.every(({ fromCache }) => fromCache))
    .map(([name]) => name);
}
