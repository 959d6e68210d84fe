import { localImagePath, registriesOf, registrySource } from "../base/mod.ts";
import type { Context } from "../build/mod.ts";
import { Failure, Failures } from "../failure/mod.ts";
import {
  findImages,
  inspectImage,
  type Inspection,
  inspectionDocument,
  pageFacts,
} from "../inspect/mod.ts";
import { LAYOUT_PARTS, requireDistinct, requireWritableFile, stageFile } from "../output/mod.ts";
import { connectRegistries } from "../registry/mod.ts";
import { renderEvidence, renderInspection, renderPage } from "../report/mod.ts";
import { BlobCache, cacheFolder } from "../store/mod.ts";
import { evidenceDocument, type ImageEvidence, imageEvidence } from "./image_evidence.ts";
import type { RegistryRequest } from "./registry_options.ts";

/** What is to be looked at, and how much of it is said. */
export interface InspectOptions {
  readonly image: string;
  readonly files: boolean;
  readonly json: boolean;
  /** Whether its packages are listed. */
  readonly packages: boolean;
  readonly registry: RegistryRequest;
  /** The file of the page, and the image that it, or else the packages, are compared with. */
  readonly report?: string | undefined;
  readonly compare?: string | undefined;
}

/** Prints what images are. @throws {Failures} with all that is wrong with them, afterwards. */
export async function inspect(options: InspectOptions, context: Context): Promise<void> {
  await requireOwnPage(options);
  const { reporter } = context;
  const inspections: Inspected[] = [];
  let faults: unknown;
  try {
    await reporter.phase("Verifying", async (phase) => {
      using task = phase.task("image");
      await inspectAll(options, {
        context,
        onProgress: (bytes) => task.add(bytes),
        onEnd: (inspected) => void inspections.push(inspected),
      });
    });
  } catch (error) {
    if (inspections.length === 0) throw error;
    faults = error;
  }
  print(inspections, options, context);
  if (faults !== undefined) throw faults;
}

/** The page takes the place of none of the images that it is about. */
async function requireOwnPage({ image, compare, report }: InspectOptions): Promise<void> {
  if (report === undefined) return;
  const images = [["image", image], ["image of --compare", compare]] as const;
  await requireDistinct(
    [{ option: "--report", path: report }],
    images.flatMap(([what, name]) => {
      if (name === undefined) return [];
      const local = localImagePath(name);
      return [
        { what, path: name },
        ...(local === undefined ? [] : [{ what, path: local, parts: LAYOUT_PARTS }]),
      ];
    }),
  );
  await requireWritableFile(report, "report");
}

interface InspectHooks {
  readonly context: Context;
  readonly onProgress: (bytes: number) => void;
  readonly onEnd: (inspected: Inspected) => void;
}

/** An image, and what is attached to it. */
interface Inspected {
  readonly inspection: Inspection;
  readonly evidence: ImageEvidence;
}

async function inspectAll(
  { image, registry, report, compare, packages }: InspectOptions,
  { context, onProgress, onEnd }: InspectHooks,
): Promise<void> {
  const { env, hostOs, signal, reporter } = context;
  const cacheDirectory = cacheFolder({ env, platform: hostOs });
  using registries = await connectRegistries({
    ...registry.connection,
    env,
    signal,
    cacheDirectory,
    registries: registriesOf(image),
    onDetail: (line) => reporter.detail(line),
  });
  const { client } = registries;
  const cache = new BlobCache(cacheDirectory);
  const source = registrySource({ client, cache, pull: registry.pull });
  const failures: Failure[] = [];
  const images = await findImages(image, { signal, registry: source });
  if (report !== undefined && images.length > 1) {
    const message = `failed to report on "${image}": it has ${images.length} images, name one`;
    throw new Failure("usage/option", message);
  }
  for (const found of images) {
    const inspection = await inspectImage(found, { signal, onProgress });
    const isSound = inspection.faults.length === 0;
    const evidence = await imageEvidence({ found, inspection }, {
      packages: packages && isSound,
      compare: isSound ? compare : undefined,
      client,
      registry: source,
      offline: registry.pull === "offline",
      signal,
    });
    onEnd({ inspection, evidence });
    failures.push(...inspection.faults.map(({ digest, problem }) => {
      const what = digest === undefined ? problem : `blob ${digest}: ${problem}`;
      return new Failure("base/unsound", `failed to verify "${found.name}": ${what}`);
    }));
    if (report !== undefined && inspection.faults.length === 0) {
      const own = { found, inspection };
      const page = renderPage(await pageFacts(own, { compare, registry: source, signal }));
      const bytes = new TextEncoder().encode(page);
      await using staged = await stageFile(report, [bytes], { what: "report", signal });
      await staged.commit();
    }
  }
  if (failures.length > 0) throw new Failures(failures);
}

function print(
  inspections: readonly Inspected[],
  { files, json }: InspectOptions,
  { reporter }: Context,
): void {
  if (json) {
    reporter.printJson({
      images: inspections.map(({ inspection, evidence }) => ({
        ...inspectionDocument(inspection, { files }),
        ...evidenceDocument(evidence),
      })),
    });
    return;
  }
  for (const [i, { inspection, evidence }] of inspections.entries()) {
    if (i > 0) reporter.print("");
    for (const line of renderInspection(inspection, { files })) reporter.print(line);
    for (const line of renderEvidence(evidence)) reporter.print(line);
  }
}
