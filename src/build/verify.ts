import { openBase, registrySource } from "../base/mod.ts";
import { type ComparedImage, compareImages, type Comparison } from "../compare/mod.ts";
import { Failure, messageOf, throwFailures } from "../failure/mod.ts";
import { temporaryFolder } from "../files/mod.ts";
import { assembleImage, type Image } from "../image/mod.ts";
import { problemOf } from "../inspect/mod.ts";
import { Packer } from "../packing/mod.ts";
import { formatTime, recordPlaces } from "../plan/mod.ts";
import { findRcc } from "../rcc/mod.ts";
import { BlobCache, useCache } from "../store/mod.ts";
import { type CompleteInputs, completeInputs, resolveInputs } from "./complete_inputs.ts";
import { examine, planInputs } from "./examine.ts";
import { findInputs, type RunPhase } from "./find_inputs.ts";
import { failuresOfFacts, foundOf } from "./found.ts";
import { requireOpenFiles } from "./open_files.ts";
import { packLayers } from "./pack_layers.ts";
import { requirePrerequisites } from "./prerequisites.ts";
import type { BuildRequest } from "./request.ts";
import { type Context, openSession, type Session } from "./session.ts";
import { UnlearnedCache } from "./unlearned_cache.ts";
import {
  readVerifiedImage,
  statedBaseName,
  statedBaseReference,
  type VerifiedImage,
} from "./verified_image.ts";
import { optionWords, recogniseVerified, type VerifiedSettings } from "./verified_settings.ts";
import type { VerifyRequest } from "./verify_request.ts";

/** What an image was found to be. */
export interface Verification extends Comparison {
  readonly image: string;
  /** Of its manifest, and of that which was built. */
  readonly digest: string;
  readonly built: string;
  /** When the image says that it was made: RFC 3339. */
  readonly created: string;
  /** Options of the build that were taken from the image, for nobody else says them. */
  readonly options: readonly string[];
  /** What the image stands on, by its digest where it has one. */
  readonly base: { readonly name: string; readonly digest?: string };
}

/**
 * Builds an image anew, with the settings that it says it has, of what is here: robot, environment,
 * rcc and base. Of the cache only blobs of bases and releases of rcc are used, and nothing that was
 * learned of them. Nothing else is written but to a temporary folder.
 *
 * @throws {Failure} or {Failures} when it cannot be built or the image cannot be read.
 */
export async function verify(request: VerifyRequest, context: Context): Promise<Verification> {
  const { reporter, signal } = context;
  requireOpenFiles(request.build.jobs);
  using opened = await openSession(request.build, context);
  const { registries, cache: { path } } = opened;
  const cache = new UnlearnedCache(path);
  const session = { context, cache, registries };
  using _used = await useCache(cache.path);
  await cache.sweep();
  const { pull } = request.build.base;
  const registry = registrySource({ client: registries.client, cache, pull });
  const image = await reporter.phase(
    "Reading image",
    () => readVerifiedImage(request.image, { registry, signal }),
  );
  const name = request.baseImage ?? statedBaseReference(image);
  const build = { ...request.build, base: { name, pull } };
  const inputs = await readInputs(build, session, image);
  const asked = build.image;
  const settings = await recogniseVerified(
    image,
    asked,
    (settings) => planInputs(inputs, { context, cache, request: withSettings(build, settings) }),
  );
  const made = await buildAnew(withSettings(build, settings), { ...session, inputs, image });
  const { base } = inputs;
  return {
    ...made,
    image: image.name,
    digest: image.found.descriptor.digest,
    created: formatTime(settings.created),
    options: optionWords(settings),
    base: {
      name: base.referenceName,
      ...(base.digest === undefined ? {} : { digest: base.digest }),
    },
  };
}

function withSettings(
  build: BuildRequest,
  { bytecode, ...image }: VerifiedSettings,
): BuildRequest {
  return {
    ...build,
    environment: {
      ...build.environment,
      ...(bytecode === undefined ? {} : { bytecode }),
    },
    image: { ...build.image, ...image },
  };
}

/** As a build finds them; the base is called what the image calls it. */
async function readInputs(
  request: BuildRequest,
  session: Session,
  image: VerifiedImage,
): Promise<CompleteInputs> {
  const { context: { reporter } } = session;
  const phase: RunPhase = (title, work) => reporter.phase(title, work);
  const found = await findInputs(request, session, {
    rcc: findRcc,
    base: openBase,
    phase,
    mayAsk: false,
  });
  const { robot, environment, rcc, base } = found;
  const isAbsent = "found" in environment && environment.found.toResolve !== undefined &&
    !request.environment.resolve;
  const absent = isAbsent
    ? [
      new Failure(
        "environment/library-not-found",
        `failed to verify "${image.name}": no library here has the robot's environment, name one ` +
          "with --hololib, or have rcc build it anew with --resolve",
      ),
    ]
    : [];
  throwFailures([...failuresOfFacts([robot, environment, rcc, base]), ...absent]);
  const inputs = completeInputs(found) ??
    await resolveInputs(found, { ...session, request, phase });
  return { ...inputs, base: { ...inputs.base, referenceName: statedBaseName(image) } };
}

interface BuildOptions extends Session {
  readonly inputs: CompleteInputs;
  readonly image: VerifiedImage;
}

async function buildAnew(
  request: BuildRequest,
  { inputs, image, ...session }: BuildOptions,
): Promise<Comparison & Pick<Verification, "built">> {
  const { context: { reporter, signal } } = session;
  await using folder = await temporaryFolder("rcc-oci-verify-");
  const cache = new BlobCache(folder.path);
  using packer = new Packer({ packing: request.image.packing, jobs: request.jobs });
  const work = { ...session, cache, packer, request };
  const phase: RunPhase = (title, run) => reporter.phase(title, run);
  const { plan, content, prerequisites, start } = await examine(inputs, {
    ...work,
    phase,
    prerequisites: (ready) => requirePrerequisites(undefined, { ...work, phase, ready }),
  });
  throwFailures(failuresOfFacts([plan, content, prerequisites, start]));
  const prepared = { inputs, plan: foundOf(plan), startChecks: foundOf(start) };
  const layers = await packLayers(prepared, work);
  const built = assembleImage(prepared.plan, layers);
  const comparison = await reporter.phase("Comparing", async (phase) => {
    using task = phase.task("image");
    return await withImageFailures(
      image.name,
      signal,
      () =>
        compareImages(imageToCompare(image), builtToCompare(built), {
          records: recordPlaces(prepared.plan, request.image.start),
          signal,
          onProgress: (bytes) => task.add(bytes),
        }),
    );
  });
  return { ...comparison, built: built.manifest.descriptor.digest };
}

function imageToCompare(
  { manifest, config, found, blobs }: VerifiedImage,
): ComparedImage {
  const layers = found.manifest.layers.map((descriptor) => ({ descriptor, blobs }));
  return { manifest, config, layers };
}

function builtToCompare({ manifest, config, layers }: Image): ComparedImage {
  return { manifest: manifest.bytes, config: config.bytes, layers };
}

/** What is wrong with the bytes of the image, and is no difference. */
async function withImageFailures<Result>(
  name: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    const isForm = error instanceof SyntaxError || error instanceof RangeError;
    const problem = problemOf(error) ?? (isForm ? messageOf(error) : undefined);
    if (problem === undefined) throw error;
    throw new Failure(
      "base/unsound",
      `failed to verify "${name}": a blob of it cannot be read, ${problem}; see what \`rcc-oci ` +
        "inspect` says of it",
      { cause: error },
    );
  }
}
