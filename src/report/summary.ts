import type { Failure } from "../failure/mod.ts";
import type { StartMode } from "../plan/mod.ts";

/** What a build has made: everything that its summary says. */
export interface BuildSummary {
  /** `name:tag`, as the image is called in its outputs. The first one stands in the commands. */
  readonly references: readonly string[];
  /** The image's own, `sha256:…`. */
  readonly digest: string;
  /** What it is built on: its name, with its digest where it has one. */
  readonly base?: string;
  readonly outputs: readonly SummaryOutput[];
  readonly parts: readonly SummaryPart[];
  /** When some of the environment's layers were cached: what those hold that were not. */
  readonly packedAnew?: {
    readonly names: readonly string[];
    readonly layers: number;
    /** How many layers the environment has. */
    readonly of: number;
    readonly bytes: number;
  };
  /** Bytes of a push: those that were sent, and those that the registries had or mounted. */
  readonly moved?: { readonly sent: number; readonly shared: number };
  /** Compressed bytes of the whole image. */
  readonly totalSize: number;
  /** The absolute path of the artifacts folder in the image. */
  readonly artifactsPath: string;
  /** The robot's tasks when the image has to be told at run which one to run, else none. */
  readonly needsTask: readonly string[];
  /** How the library was found; `none` for a robot without an environment. */
  readonly mode: "private" | "shared" | "raw" | "none";
  readonly start: StartMode;
  /** What was done that nobody asked for: `/root is searchable for others now`. */
  readonly notes: readonly string[];
  /** Those that were not told by `warn()` before are told now. */
  readonly warnings: readonly string[];
  /** The BuildManifest, which is printed in JSON mode. */
  readonly manifest: unknown;
}

/** A place where the image is now. */
export interface SummaryOutput {
  readonly kind: "archive" | "layout" | "push" | "load";
  /** The file, the folder, the reference, or the engine (`docker`, `podman`). */
  readonly where: string;
}

/** A part of the image: base, runtime, environment or robot. */
export interface SummaryPart {
  readonly name: string;
  /** Compressed bytes. */
  readonly size: number;
  /** Bytes unpacked, where they are known. */
  readonly tarSize?: number;
  readonly fromCache: boolean;
}

/** What has become of several robots. */
export interface FleetSummary {
  readonly robots: readonly FleetRobot[];
}

/** One robot of a fleet, as its list names it: its image, or why there is none. */
export type FleetRobot =
  & { readonly name: string }
  & ({ readonly built: BuildSummary } | { readonly failures: readonly Failure[] });

/** How long a phase took. */
export interface PhaseDuration {
  readonly title: string;
  readonly ms: number;
}
