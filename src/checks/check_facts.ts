import type { Failure, Failures } from "../failure/mod.ts";
import type { HostAdvice } from "../rcc/mod.ts";

/** Something that was looked for once: found, not found, or not needed and so not looked for. */
export type Found<Value> =
  | { readonly found: Value }
  | { readonly error: Failure | Failures }
  | { readonly notNeeded: string };

/** All that the checks look at, collected once: by `collectFacts` of `build`. */
export interface CheckFacts {
  readonly host: HostCheckFacts;
  readonly robot: Found<RobotFacts>;
  /** Files that were named, and must be readable: for doctor alone, a build says it where it reads them. */
  readonly files: readonly FileFact[];
  /** Where an image is to go, as each output found by itself. */
  readonly outputs: readonly OutputFact[];
  /** Folders of our own. */
  readonly folders: readonly FolderFact[];
  /** Where something is going to be written; none when it is not known how much. */
  readonly space: readonly SpaceFact[];
  readonly registries: readonly RegistryFact[];
  /** The Linux rcc that goes into the image. */
  readonly rcc: Found<{ readonly path: string; readonly version?: string | undefined }>;
  readonly hostRcc: HostRccFact;
  readonly environment: Found<EnvironmentFact> | ToResolve;
  readonly base: Found<BaseFact>;
  /** What is known of the image before it is made. */
  readonly image: Found<ImageFact>;
}

/** An environment that rcc is going to build, and why: `not built yet`. */
export interface ToResolve {
  readonly toResolve: string;
}

export interface BaseFact {
  readonly name: string;
  /** Of its manifest, where it has one. */
  readonly digest?: string | undefined;
  /** Whether it is known what is in it. */
  readonly isRead: boolean;
}

export interface ImageFact {
  readonly names: readonly string[];
}

export interface HostCheckFacts {
  /** Such as `Windows/amd64`. */
  readonly platform: string;
  readonly advice: HostAdvice;
  readonly now: Date;
  /** The time of a host that was asked, when one was. */
  readonly remoteNow?: Date | undefined;
  /** Why the system allows too few open files: for doctor alone, a build does not begin then. */
  readonly openFiles?: Failure | undefined;
}

export interface RobotFacts {
  /** The robot.yaml. */
  readonly file: string;
  readonly tasks: number;
  /** Whether it names an environment. */
  readonly hasEnvironment: boolean;
}

export interface FileFact {
  /** What it is, and what named it: `library of --hololib`. */
  readonly what: string;
  readonly path: string;
  /** Why it cannot be read, in words: `no such file`. */
  readonly problem?: string | undefined;
}

export interface OutputFact {
  /** The file, folder, engine or registry. */
  readonly where: string;
  readonly error?: Failure | Failures | undefined;
}

export interface FolderFact {
  readonly use: "cache" | "temporary";
  readonly path: string;
  /** Why it cannot be written. */
  readonly error?: Failure | Failures | undefined;
}

export interface SpaceFact {
  /** What is going to be there: `layers in the cache`. */
  readonly what: string;
  readonly path: string;
  /** Tells file systems apart. */
  readonly device: string;
  /** Of the file system, in bytes. */
  readonly freeBytes: number;
  /** Estimated, see `spaceNeeds`. */
  readonly neededBytes: number;
}

export interface RegistryFact {
  readonly host: string;
  readonly use: "pull" | "push";
  /** Why there was no answer, in words. */
  readonly problem?: string | undefined;
  /** What it refused. */
  readonly error?: Failure | Failures | undefined;
}

export interface HostRccFact {
  readonly path?: string | undefined;
  readonly version?: string | undefined;
}

export interface EnvironmentFact {
  /** Of the blueprint. */
  readonly hash: string;
  readonly library: string;
  /** Files of other systems, as warnings. */
  readonly warnings: readonly string[];
}
