import { BackgroundPacking } from "../image/mod.ts";
import { Packer } from "../packing/mod.ts";
import { useCache } from "../store/mod.ts";
import { withTakenLayerFailures } from "./blob_failure.ts";
import { requireOpenFiles } from "./open_files.ts";
import { prepareBuild, type Prepared, type PrepareSession } from "./prepare_build.ts";
import { rebuildCorrupt } from "./rebuild_corrupt.ts";
import type { BuildRequest } from "./request.ts";
import { type Context, openSession, type SessionRequest } from "./session.ts";
import { writeContext } from "./write_context.ts";
import { writeImage } from "./write_image.ts";

/** Builds an image: from what was asked for to the report. */
export async function build(request: BuildRequest, context: Context): Promise<void> {
  requireOpenFiles(request.jobs);
  const summary = await prepareAndWrite(request, {
    context,
    write: (prepared, session) => writeImage(prepared, { ...session, request }),
  });
  context.reporter.finish(summary);
}

/** Writes the layers of `build` and a Dockerfile that puts them together. */
export async function buildContext(request: BuildRequest, context: Context): Promise<void> {
  await prepareAndWrite(request, {
    context,
    write: (prepared, session) => writeContext(prepared, { ...session, request }),
  });
}

interface WriteWork<Written> {
  readonly context: Context;
  readonly write: (prepared: Prepared, session: PrepareSession) => Promise<Written>;
}

/** The road of every build; what is written in the end is another step's. */
async function prepareAndWrite<Written>(
  request: BuildRequest,
  { context, write }: WriteWork<Written>,
): Promise<Written> {
  return await withPacker(request, context, async (session) => {
    await using background = new BackgroundPacking({ ...session, signal: context.signal });
    const building = { ...session, background };
    const prepared = await prepareBuild(request, building);
    return await writeSound(prepared, building, write);
  });
}

/** Writes; once more without what turns out to be corrupt, and without layers of other images then. */
export async function writeSound<Written>(
  prepared: Prepared,
  session: PrepareSession,
  write: WriteWork<Written>["write"],
): Promise<Written> {
  const { plan, inputs } = prepared;
  const alone = { ...prepared, inputs: { ...inputs, cacheImages: [] } };
  return await withTakenLayerFailures(
    plan,
    () => rebuildCorrupt(plan, session, (isAgain) => write(isAgain ? alone : prepared, session)),
  );
}

/** Runs what builds with a session and a packer, as many images as it likes. */
export async function withPacker<Result>(
  request: SessionRequest & Pick<BuildRequest, "jobs">,
  context: Context,
  work: (session: PrepareSession) => Promise<Result>,
): Promise<Result> {
  using session = await openSession(request, context);
  const { cache } = session;
  using _used = await useCache(cache.path);
  await cache.sweep();
  using packer = new Packer({ packing: request.image.packing, jobs: request.jobs });
  return await work({ ...session, packer });
}
