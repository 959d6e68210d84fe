import { registrySource } from "../base/mod.ts";
import {
  assembleImage,
  type Image,
  largeLayers,
  LARGEST_COMMON_LAYER,
  type Layer,
  writeLayers,
} from "../image/mod.ts";
import { encodeJson } from "../oci/mod.ts";
import { beginAll, stageAll, type Staged, stageFile } from "../output/mod.ts";
import { Packer } from "../packing/mod.ts";
import type { LayerName, Plan } from "../plan/mod.ts";
import { type BuildSummary, formatBytes } from "../report/mod.ts";
import { BlobCache, cacheFolder, useCache } from "../store/mod.ts";
import type { BuildInputs } from "./build_inputs.ts";
import type { BuildOptions } from "./build_options.ts";
import { imageSize } from "./build_manifest.ts";
import { buildSummary } from "./build_summary.ts";
import { bytesToPack } from "./bytes_to_pack.ts";
import type { Context } from "./context.ts";
import { credentialRegistries } from "./credential_registries.ts";
import { imagePage, inspectSound } from "./image_page.ts";
import { madeImage } from "./made_image.ts";
import { type NamedOutput, savingTitle } from "./outputs.ts";
import { prepareBuild } from "./prepare_build.ts";
import { connectRegistries } from "./registry_client.ts";
import { remakeDamaged } from "./remake_damaged.ts";
import type { BuildContext } from "./seek_inputs.ts";
import type { StartChecks } from "./start_checks.ts";

/** Builds an image: from the arguments to the report. */
export async function build(options: BuildOptions, context: Context): Promise<void> {
  const cacheDirectory = cacheFolder({ env: context.env, platform: context.hostOs });
  const cache = new BlobCache(cacheDirectory);
  using registries = await connectRegistries({
    options: options.registry,
    context,
    cacheDirectory,
    registries: credentialRegistries(options),
  });
  const build: BuildContext = { context, cache, registries };
  using _used = await useCache(cacheDirectory);
  await cache.sweep();
  using packer = new Packer(options);
  const { inputs, plan, checks } = await prepareBuild(options, { ...build, packer });
  const summary = await remakeDamaged(
    plan,
    build,
    () => layerAndSave(plan, { ...build, options, inputs, checks, packer }),
  );
  context.reporter.finish(summary);
}

interface MakeOptions extends BuildContext {
  readonly options: BuildOptions;
  readonly inputs: BuildInputs;
  readonly checks: StartChecks;
  readonly packer: Packer;
}

async function layerAndSave(
  plan: Plan,
  { options, inputs, context, cache, registries, checks, packer }: MakeOptions,
): Promise<BuildSummary> {
  const { reporter, signal } = context;
  await using early = await beginAll(inputs.outputs, cache.path, { signal });
  const layers = await reporter.phase("Layering", async (phase) => {
    using task = phase.task("layers", await bytesToPack(plan, cache));
    const written = await writeLayers(plan.layers, {
      cache,
      packer,
      onLayer: (layer) => early.take(layer),
      signal,
      onProgress: (bytes) => task.add(bytes),
      onProgram: (program) => checks.add(program),
    });
    const cached = partsFromCache(written);
    if (cached.length > 0) phase.note(`${cached.join(", ")} from cache`);
    return written;
  });
  await checks.finish();
  const image = await reporter.phase(
    "Assembling image",
    () => Promise.resolve(assembleImage(plan, layers)),
  );
  for (const { digest, size } of largeLayers(image)) {
    reporter.warn(
      `layer ${digest} has ${formatBytes(size)}: many registries refuse layers above ` +
        `${formatBytes(LARGEST_COMMON_LAYER)}, leave out what the robot does not need`,
    );
  }
  const page = await pageOf(image, { options, context, cache, registries });
  return await reporter.phase(savingTitle(inputs.outputs), async (phase) => {
    using task = phase.task("image", bytesToWrite(image, inputs.outputs));
    await using staged = await stageAll(inputs.outputs, image, {
      signal,
      onProgress: (bytes) => task.add(bytes),
      onPushed: ({ repository, digest, size, how }) =>
        reporter.tell(`${repository} ${digest.slice(7, 19)} ${formatBytes(size)}: ${how}`),
    });
    const { written } = staged;
    const made = { plan, ...inputs, layers, image, written };
    const summary = buildSummary({ ...made, start: options.start, warnings: [] });
    await using documents = await stageDocuments(summary, { ...options, page, signal });
    await staged.commit();
    await documents.commit();
    return summary;
  });
}

/** What is written about the image: none of it before all of it can be, nor without the image. */
async function stageDocuments(
  { manifest, digest }: BuildSummary,
  { metadataFile, digestFile, report, page, signal }:
    & Pick<BuildOptions, "metadataFile" | "digestFile" | "report">
    & { readonly page: string | undefined; readonly signal: AbortSignal },
): Promise<Staged> {
  await using begun = new AsyncDisposableStack();
  const staged: Staged[] = [];
  const stage = async (path: string | undefined, what: string, bytes: Uint8Array) => {
    if (path === undefined) return;
    staged.push(begun.use(await stageFile(path, [bytes], { what, signal })));
  };
  const encoder = new TextEncoder();
  await stage(metadataFile, "metadata file", encodeJson(manifest));
  await stage(digestFile, "digest file", encoder.encode(digest));
  await stage(report, "report", encoder.encode(page));
  const stack = begun.move();
  return {
    async commit() {
      for (const one of staged) await one.commit();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The parts of the image of which nothing had to be packed. */
function partsFromCache(layers: readonly Layer[]): readonly LayerName[] {
  const parts = Map.groupBy(layers, ({ plan }) => plan.name);
  return [...parts].filter(([, layers]) => layers.every(({ fromCache }) => fromCache))
    .map(([name]) => name);
}

/** Made before the image is saved, which may take the place of the one that it is compared with. */
async function pageOf(
  image: Image,
  { options: { report, compare, registry: { pull } }, context, cache, registries }:
    & BuildContext
    & Pick<MakeOptions, "options">,
): Promise<string | undefined> {
  if (report === undefined) return undefined;
  const { reporter, signal } = context;
  const registry = registrySource({ client: registries.client, cache, pull });
  return await reporter.phase("Reporting", async (phase) => {
    using task = phase.task("image", imageSize(image));
    const found = madeImage(image);
    const onProgress = (bytes: number) => task.add(bytes);
    const inspection = await inspectSound(found, { signal, onProgress });
    return await imagePage({ found, inspection }, { compare, registry, signal });
  });
}

/** Every output gets the whole image. */
function bytesToWrite(image: Image, outputs: readonly NamedOutput[]): number {
  return imageSize(image) * outputs.filter(({ kind }) => kind !== "file").length;
}
