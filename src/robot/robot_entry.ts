import type { SeenFile } from "../files/mod.ts";

/** Something of a robot that goes into the image. Paths are relative to the root of what is packed, with `/`. */
export type RobotEntry = RobotFile | RobotDirectory | RobotSymlink;

export interface RobotFile {
  readonly type: "file";
  readonly path: string;
  /** On the host. */
  readonly absolute: string;
  /** In bytes, in the image. */
  readonly size: number;
  /** 0755 for what may be executed, else 0644. */
  readonly mode: number;
  /** What stands behind `#!`, such as `/usr/bin/env python`. */
  readonly interpreter?: string;
  /** What it was when it was listed: another file, or a changed one, is not packed in its place. */
  readonly seen?: SeenFile;
  /** What it holds in the image, where that is not what it holds on the host. */
  readonly content?: Uint8Array;
}

export interface RobotDirectory {
  readonly type: "directory";
  readonly path: string;
  readonly mode: 0o755;
}

export interface RobotSymlink {
  readonly type: "symlink";
  readonly path: string;
  /** Relative, and inside what is packed. */
  readonly target: string;
}
