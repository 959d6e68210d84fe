import { concurrently } from "../bytes/mod.ts";
import { asPermissionFailure, Failure, failuresOf, throwFailures } from "../failure/mod.ts";
import { type BuildSummary, type FleetRobot, prefixed } from "../report/mod.ts";
import { withPacker } from "./build.ts";
import { requireDistinctOutputs } from "./distinct_outputs.ts";
import { onlyPushes } from "./outputs.ts";
import { prepareBuild, type PrepareSession } from "./prepare_build.ts";
import type { BuildRequest } from "./request.ts";
import { openRobotFolder } from "./robot_bundle.ts";
import type { Context } from "./session.ts";
import { writeImage } from "./write_image.ts";
import { writeSound } from "./write_sound.ts";

/** A robot of several, as messages name it; besides robot, task and tags all are built alike. */
export interface FleetMember {
  readonly name: string;
  readonly request: BuildRequest;
}

/** Most of the time a push waits for the network. */
const AT_ONCE = 4;

/**
 * Builds several images with one session and one packer. What fails keeps no other robot from being
 * built.
 *
 * @throws {Failure} or {Failures} with what has failed, when all are done.
 */
export async function buildFleet(
  members: readonly [FleetMember, ...FleetMember[]],
  context: Context,
): Promise<void> {
  const [first, ...others] = members;
  const { request } = first;
  const tags = members.flatMap(({ request }) => request.image.tags);
  const all = { ...request, image: { ...request.image, tags } };
  const done = new Map<FleetMember, FleetRobot>();
  await withPacker(all, context, async (session) => {
    // Each packs in its turn: what one has packed is there for the next.
    const own = { ...session, background: undefined };
    const fleet = { ...own, packs: new Turns(), questions: new Turns() };
    const { signal } = context;
    const work = async (member: FleetMember, signal: AbortSignal) => {
      done.set(member, await buildMember(member, { ...fleet, context: { ...context, signal } }));
    };
    // The base and the rcc that it fetches are there for the others then.
    await work(first, signal);
    // Of a layout or an engine, each image would wait for the one before anyway.
    await concurrently(others, { limit: onlyPushes(request.outputs) ? AT_ONCE : 1, signal }, work);
  });
  const robots = members.map((member) => done.get(member)!);
  context.reporter.finishFleet({ robots });
  throwFailures(robots.flatMap((robot) => "failures" in robot ? robot.failures : []));
}

interface FleetSession extends PrepareSession {
  /** A layer that one has packed is in the cache for the next. */
  readonly packs: Turns;
  /** Nobody answers two at once. */
  readonly questions: Turns;
}

async function buildMember(
  { name, request }: FleetMember,
  session: FleetSession,
): Promise<FleetRobot> {
  const { context, questions } = session;
  const reporter = prefixed(context.reporter, name, (work) => questions.take(work));
  try {
    const built = await buildOne(request, { ...session, context: { ...context, reporter } });
    return { name, built };
  } catch (error) {
    const failures = failuresOf(asPermissionFailure(error));
    if (failures.length === 0) throw error;
    return { name, failures: failures.map((failure) => ofRobot(name, failure)) };
  }
}

async function buildOne(request: BuildRequest, session: FleetSession): Promise<BuildSummary> {
  await using folder = await openRobotFolder(request.robot.path, session.context);
  const own = { ...request, robot: { ...request.robot, path: folder.robot } };
  await requireDistinctOutputs(own, session.context);
  const prepared = await prepareBuild(own, session);
  return await writeSound(prepared, session, (prepared) =>
    writeImage(prepared, {
      ...session,
      request: own,
      packing: (work) => session.packs.take(work),
    }));
}

function ofRobot(name: string, failure: Failure): Failure {
  const { id, message, details } = failure;
  return new Failure(id, `${name}: ${message}`, { details, cause: failure });
}

/** Has one piece of work done at a time, in the order in which they came. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {}); // Told to who waits for it.
    return mine;
  }
}
