import { BackgroundPacking } from "../image/mod.ts";
import { Packer } from "../packing/mod.ts";
import type { BuildSummary } from "../report/mod.ts";
import { useCache } from "../store/mod.ts";
import { requireOpenFiles } from "./open_files.ts";
import { prepareBuild, type PrepareSession } from "./prepare_build.ts";
import type { BuildRequest } from "./request.ts";
import { type Context, openSession, type SessionRequest } from "./session.ts";
import { writeContext } from "./write_context.ts";
import { writeImage } from "./write_image.ts";
import { writeSound } from "./write_sound.ts";

/** Builds an image: from what was asked for to what was made. */
export async function build(request: BuildRequest, context: Context): Promise<BuildSummary> {
  return await withPacker(request, context, async (session) => {
    const prepared = await prepareBuild(request, session);
    const work = { ...session, request };
    return await writeSound(prepared, session, (prepared) => writeImage(prepared, work));
  });
}

/** Writes the layers of `build` and a Dockerfile that puts them together. */
export async function buildContext(request: BuildRequest, context: Context): Promise<void> {
  await withPacker(request, context, async (session) => {
    const prepared = await prepareBuild(request, session);
    const work = { ...session, request };
    await writeSound(prepared, session, (prepared) => writeContext(prepared, work));
  });
}

/** Runs what builds with a session and a packer, as many images as it likes. */
export async function withPacker<Result>(
  request: SessionRequest & Pick<BuildRequest, "jobs">,
  context: Context,
  work: (session: PrepareSession) => Promise<Result>,
): Promise<Result> {
  requireOpenFiles(request.jobs);
  using session = await openSession(request, context);
  const { cache } = session;
  using _used = await useCache(cache.path);
  await cache.sweep();
  using packer = new Packer({ packing: request.image.packing, jobs: request.jobs });
  await using background = new BackgroundPacking({ cache, packer, signal: context.signal });
  return await work({ ...session, packer, background });
}
