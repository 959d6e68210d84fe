import { registrySource } from "../base/mod.ts";
import {
  assembleImage,
  type Image,
  largeLayers,
  LARGEST_COMMON_LAYER,
  storedBase,
} from "../image/mod.ts";
import { type FoundImage, inspectSound, pageFacts } from "../inspect/mod.ts";
import { encodeJson, formatReference } from "../oci/mod.ts";
import { beginAll, stageAll, type Staged, stageFile } from "../output/mod.ts";
import { type BuildSummary, formatBytes, renderPage } from "../report/mod.ts";
import { firstOf, MemoryStore } from "../store/mod.ts";
import { imageSize } from "./build_manifest.ts";
import { buildSummary } from "./build_summary.ts";
import { canCompile } from "./bytecode_facts.ts";
import { type ImageDocument, makeDocuments } from "./make_documents.ts";
import { type NamedOutput, savingTitle } from "./outputs.ts";
import { packLayers } from "./pack_layers.ts";
import type { Prepared, PrepareSession } from "./prepare_build.ts";
import type { BuildRequest, OutputRequest } from "./request.ts";

/** Options of {@linkcode writeImage}. */
export interface WriteImageOptions extends PrepareSession {
  readonly request: BuildRequest;
  /** When its layers are packed: at once by default. */
  readonly packing?: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** Packs the layers and writes the image to all its outputs: to all of them, or to none. */
export async function writeImage(
  prepared: Prepared,
  options: WriteImageOptions,
): Promise<BuildSummary> {
  const { plan, inputs } = prepared;
  const { request, context, cache } = options;
  const { reporter, signal } = context;
  // Read while the workers pack; what fails is told by who needs it.
  if (request.outputs.sboms.length > 0) inputs.environment?.details().catch(() => {});
  await using early = await beginAll(inputs.outputs, cache.path, {
    signal,
    base: storedBase(inputs.base),
  });
  const { packing = (work) => work() } = options;
  const layers = await packing(() =>
    packLayers(prepared, { ...options, onLayer: (layer) => early.take(layer) })
  );
  const { image, documents } = await reporter.phase("Assembling image", async () => {
    const image = assembleImage(plan, layers);
    const documents = await makeDocuments({ plan, inputs, layers, image }, { request, signal });
    return { image: { ...image, referrers: documents }, documents };
  });
  for (const { digest, size } of largeLayers(image)) {
    reporter.warn(
      `layer ${digest} has ${formatBytes(size)}: many registries refuse layers above ` +
        `${formatBytes(LARGEST_COMMON_LAYER)}, leave out what the robot does not need`,
    );
  }
  const page = await pageOf(image, options);
  const moved = { sent: 0, shared: 0 };
  return await reporter.phase(savingTitle(inputs.outputs), async (phase) => {
    using task = phase.task("image", bytesToWrite(image, inputs.outputs));
    await using staged = await stageAll(inputs.outputs, image, {
      signal,
      onProgress: (bytes) => task.add(bytes),
      onPushed({ repository, digest, size, how }) {
        moved[how === "pushed" ? "sent" : "shared"] += size;
        reporter.tell(`${repository} ${digest.slice(7, 19)} ${formatBytes(size)}: ${how}`);
      },
      onRefused: (problem) => reporter.warn(problem),
    });
    const { written } = staged;
    const mayCompile = request.environment.bytecode === undefined && canCompile(context);
    const made = { plan, ...inputs, layers, image, written };
    const { start } = request.image;
    const facts = { ...made, start, mayCompile, warnings: [] };
    const summary = { ...buildSummary(facts), moved };
    const files = { ...request.outputs, documents, page, signal };
    await using others = await stageDocuments(summary, files);
    await staged.commit();
    await others.commit();
    return summary;
  });
}

/** What is written about the image: none of it before all of it can be, nor without the image. */
async function stageDocuments(
  { manifest, digest }: BuildSummary,
  { metadataFile, digestFile, report, documents, page, signal }: OutputRequest & {
    readonly documents: readonly ImageDocument[];
    readonly page: string | undefined;
    readonly signal: AbortSignal;
  },
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
  for (const { path, what, bytes } of documents) await stage(path, what, bytes);
  const stack = begun.move();
  return {
    async commit() {
      for (const one of staged) await one.commit();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Made before the image is saved, which may take the place of the one that it is compared with. */
async function pageOf(
  image: Image,
  { request: { outputs: { report, compare }, base: { pull } }, context, cache, registries }:
    WriteImageOptions,
): Promise<string | undefined> {
  if (report === undefined) return undefined;
  const { reporter, signal } = context;
  const registry = registrySource({ client: registries.client, cache, pull });
  return await reporter.phase("Reporting", async (phase) => {
    using task = phase.task("image", imageSize(image));
    const found = madeImage(image);
    const onProgress = (bytes: number) => task.add(bytes);
    const inspection = await inspectSound(found, { signal, onProgress });
    return renderPage(await pageFacts({ found, inspection }, { compare, registry, signal }));
  });
}

/** An image that was made and is nowhere yet, as one that was found. */
function madeImage({ manifest, config, layers, tags }: Image): FoundImage {
  const documents = new MemoryStore();
  for (const { bytes, descriptor } of [manifest, config]) {
    documents.add(bytes, descriptor.mediaType);
  }
  const references = tags.map(formatReference);
  return {
    name: references[0]!,
    references,
    root: manifest.descriptor,
    blobs: firstOf(documents, ...new Set(layers.map(({ blobs }) => blobs))),
    hasManifest: true,
  };
}

/** Every output gets the whole image. */
function bytesToWrite(image: Image, outputs: readonly NamedOutput[]): number {
  return imageSize(image) * outputs.filter(({ kind }) => kind !== "file").length;
}
