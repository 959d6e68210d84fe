import { type Base, flattenBase } from "../base/mod.ts";
import { contextDockerfile, type ContextLayer } from "../dockerfile/mod.ts";
import type { Layer } from "../image/mod.ts";
import { codecOf } from "../oci/mod.ts";
import { type ContextFile, writeContextFolder } from "../output/mod.ts";
import type { LayerPlan } from "../plan/mod.ts";
import { shellQuote } from "../report/mod.ts";
import { packLayers } from "./pack_layers.ts";
import type { Prepared, PrepareSession } from "./prepare_build.ts";
import type { BuildRequest } from "./request.ts";

/** Options of {@linkcode writeContext}. */
export interface WriteContextOptions extends PrepareSession {
  readonly request: BuildRequest;
}

/** Packs the layers and writes them with a Dockerfile that puts them together. */
export async function writeContext(
  prepared: Prepared,
  options: WriteContextOptions,
): Promise<void> {
  const { request: { outputs }, context: { reporter, signal } } = options;
  const { folder } = outputs.context!;
  const layers = await packLayers(prepared, options);
  await reporter.phase("Writing context", async (phase) => {
    using task = phase.task("context");
    await writeContextFolder(folder, filesOf(prepared, layers), {
      signal,
      onProgress: (bytes) => task.add(bytes),
    });
  });
  reporter.print(`docker build --tag NAME ${shellQuote(folder)}`);
}

function filesOf(
  { plan, inputs: { robot, base } }: Prepared,
  layers: readonly Layer[],
): readonly ContextFile[] {
  const stated: readonly ContextLayer[] = [
    ...(base.layers.length === 0 ? [] : [{ file: BASE, content: `base ${base.referenceName}` }]),
    ...layers.map(({ plan }, at) => ({ file: fileName(plan, at), content: plan.createdBy })),
  ];
  const text = contextDockerfile({ name: robot.name, layers: stated, config: plan.config });
  return [
    ...baseFiles(base),
    ...layers.map(({ plan, descriptor, blobs }, at): ContextFile => ({
      name: fileName(plan, at),
      open: () => blobs.open(descriptor),
      packing: "none",
    })),
    { name: "Dockerfile", open: () => new Blob([text]).stream(), packing: "none" },
  ];
}

/** The environment has many layers: they are numbered, so that the folder lists them in their order. */
function fileName({ name }: LayerPlan, at: number): string {
  return name === "environment"
    ? `environment-${String(at).padStart(3, "0")}.tar.gz`
    : `${name}.tar.gz`;
}

const BASE = "base.tar.gz";

/** One layer goes as it is; of several, what they are over one another: ADD knows no whiteouts. */
function baseFiles(base: Base): readonly ContextFile[] {
  const [layer, ...others] = base.layers;
  if (layer === undefined) return [];
  const { descriptor } = layer;
  if (others.length === 0 && codecOf(descriptor.mediaType) === "gzip") {
    return [{ name: BASE, open: () => base.blobs.open(descriptor), packing: "none" }];
  }
  return [{ name: BASE, open: () => flattenBase(base), packing: "gzip" }];
}
