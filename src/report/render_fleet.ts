import { Failures } from "../failure/mod.ts";
import { familiar } from "./commands.ts";
import { formatBytes, formatDuration } from "./format.ts";
import type { Line } from "./line.ts";
import { failureDocument } from "./render_failure.ts";
import type { BuildSummary, FleetRobot, FleetSummary } from "./summary.ts";

/** Options of {@linkcode renderFleet}. */
export interface RenderFleetOptions {
  /** From the start of the command. */
  readonly totalMs: number;
}

/** The end of a build of several robots: what each has become, and what they shared. */
export function renderFleet(
  { robots }: FleetSummary,
  { totalMs }: RenderFleetOptions,
): readonly Line[] {
  const images = robots.flatMap((robot) => "built" in robot ? [robot.built] : []);
  const isWhole = images.length === robots.length;
  const count = `${images.length} of ${robots.length} robots built`;
  return [
    [{ text: count, tone: isWhole ? "good" : "bad" }],
    ...robots.flatMap(robotLines),
    [],
    [{ text: "In all  ", tone: "strong" }, bytesOf(sumOf(images.map(fleetBytes)))],
    [{ text: "Time    ", tone: "strong" }, formatDuration(totalMs)],
  ];
}

function robotLines(robot: FleetRobot): readonly Line[] {
  if (!("built" in robot)) {
    return [[], [{ text: robot.name, tone: "strong" }, ": ", { text: "FAILED", tone: "bad" }]];
  }
  return [
    [],
    [{ text: robot.name, tone: "strong" }, `: ${bytesOf(fleetBytes(robot.built))}`],
    ...namesOf(robot.built).map((name): Line => [`  ${familiar(name)!}`]),
  ];
}

/** The images of a fleet, for scripts. */
export function fleetNames({ robots }: FleetSummary): readonly string[] {
  return robots.flatMap((robot) => "built" in robot ? namesOf(robot.built) : []);
}

function namesOf({ references, digest }: BuildSummary): readonly string[] {
  return references.map((name) => `${name}@${digest}`);
}

/** The same for programs: what is wrong with those that failed is said as a build alone says it. */
export function fleetDocument(
  { robots }: FleetSummary,
  options: { readonly verbose: boolean },
): unknown {
  return {
    robots: robots.map((robot) =>
      "built" in robot
        ? { robot: robot.name, ...fleetBytes(robot.built), image: robot.built.manifest }
        : { robot: robot.name, ...failureDocument(new Failures(robot.failures), options) }
    ),
  };
}

/** What an image took, in bytes. */
interface FleetBytes {
  readonly size: number;
  /** Of the layers that were made for it; the others were there. */
  readonly packed: number;
  /** None where nothing was pushed. */
  readonly sent?: number;
  readonly shared?: number;
}

function fleetBytes({ totalSize, parts, packedAnew, moved }: BuildSummary): FleetBytes {
  const packed = parts.map(({ name, size, fromCache }) => {
    if (name === "base" || fromCache) return 0;
    return name === "environment" ? packedAnew?.bytes ?? size : size;
  }).reduce((sum, size) => sum + size, 0);
  const isPushed = moved !== undefined && moved.sent + moved.shared > 0;
  return { size: totalSize, packed, ...(isPushed ? moved : {}) };
}

function sumOf(all: readonly FleetBytes[]): FleetBytes {
  const sum = (key: keyof FleetBytes) => all.reduce((sum, one) => sum + (one[key] ?? 0), 0);
  const isPushed = all.some(({ sent }) => sent !== undefined);
  return {
    size: sum("size"),
    packed: sum("packed"),
    ...(isPushed ? { sent: sum("sent"), shared: sum("shared") } : {}),
  };
}

function bytesOf({ size, packed, sent, shared = 0 }: FleetBytes): string {
  const made = `${formatBytes(size)}, ${formatBytes(packed)} of it packed`;
  if (sent === undefined) return made;
  return `${made}, ${formatBytes(sent)} sent, ${formatBytes(shared)} there or mounted`;
}
