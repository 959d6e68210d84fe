import type { PullMode } from "../base/mod.ts";
import type { SbomFormat } from "../evidence/mod.ts";
import type { Engine } from "../output/mod.ts";
import type { ImageOptions } from "../plan/mod.ts";
import type { ConnectionOptions } from "../registry/mod.ts";

/** A build as it was asked for: each step takes the part that is its own. */
export interface BuildRequest {
  readonly robot: RobotRequest;
  readonly environment: EnvironmentRequest;
  readonly rcc: RccRequest;
  readonly base: BaseRequest;
  readonly image: ImageOptions;
  readonly outputs: OutputRequest;
  readonly connection: ConnectionOptions;
  /** How many workers pack. */
  readonly jobs: number;
}

/** Which robot is packed, and what of it. */
export interface RobotRequest {
  /** robot.yaml, or its folder. */
  readonly path: string;
  /** The folder up to which files outside of the robot's own may be packed. */
  readonly root?: string;
  readonly task?: string;
  readonly exclude: readonly string[];
  /** A file or folder that is no part of it, even if it lies in its folder. */
  readonly beside?: string;
}

/** Which environment is packed, and whether rcc may build it. */
export interface EnvironmentRequest {
  readonly catalog?: string;
  readonly hololib?: string;
  /** Images whose layers may be taken; without them those of the names that are pushed. */
  readonly cacheFrom?: readonly string[];
  /** Whether the host's rcc is to build the environment even when there is one. */
  readonly resolve: boolean;
  /** Whether a dependency that cannot work on Linux is an error. */
  readonly strictPlatform: boolean;
  readonly allowRecordedSecrets: boolean;
  /** Which modules are compiled beforehand; none where it is not given. */
  readonly bytecode?: BytecodeChoice;
}

/** All modules of the environment, or those that the robot uses. */
export type BytecodeChoice = "all" | "used";

/** The Linux rcc that goes into the image. */
export interface RccRequest {
  readonly path?: string;
  readonly version?: string;
  readonly sha256?: string;
}

/** The image that is built on. */
export interface BaseRequest {
  readonly name: string;
  readonly pull: PullMode;
}

/** A bill of materials that is to be written. */
export interface SbomFile {
  readonly path: string;
  readonly format: SbomFormat;
}

/** Where the image goes, and what is written about it. */
export interface OutputRequest {
  readonly save?: string | undefined;
  readonly ociLayout?: string;
  readonly push: boolean;
  /** Bytes of one request of a push. */
  readonly chunkSize?: number;
  readonly load?: Engine;
  /** A build context, in the place of an image. */
  readonly context?: { readonly folder: string; readonly force: boolean };
  readonly digestFile?: string;
  readonly metadataFile?: string;
  /** The file of the page, and the image that it compares with. */
  readonly report?: string;
  readonly compare?: string;
  /** Bills of materials that are written, and attached where the image is pushed. */
  readonly sboms: readonly SbomFile[];
  /** The file of the statement of how the image was made; it is attached too. */
  readonly provenance?: string;
}
