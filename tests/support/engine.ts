import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { temporaryFolder } from "./temporary_folder.ts";
import { run, type RunResult, type Tool } from "./tools.ts";

/** How a container is run: without a network, and as the image says where nothing is said here. */
export interface ContainerOptions {
  /** In place of the image's Cmd. */
  readonly args?: readonly string[];
  /** In place of the image's Entrypoint; podman and docker only. */
  readonly entrypoint?: string;
  /** `uid`, `uid:gid` or a name; podman and docker only. */
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  /** A root file system that cannot be written, without any folder that can. */
  readonly readOnly?: boolean;
  /** Folders in memory, such as `/tmp` or `/tmp:mode=1777`. */
  readonly tmpfs?: readonly string[];
  readonly mounts?: readonly Mount[];
  /** Files and folders that are copied out after the end, owners and modes kept. */
  readonly copyOut?: readonly Copy[];
  /** 120,000 by default. */
  readonly timeoutMs?: number;
}

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly?: boolean;
}

export interface Copy {
  /** In the container. */
  readonly from: string;
  /** A path here that does not exist yet. */
  readonly to: string;
}

export interface Engine {
  readonly name: "podman" | "docker" | "containerd";
  /** What its tests need. */
  readonly needs: readonly Tool[];
  /** What its `run` is given wherever the tests run; a `command` that runs something needs it too. */
  readonly runFlags: readonly string[];
  /** Loads a tarball and returns the references that the engine found in it. */
  load(tarball: string): Promise<readonly string[]>;
  /** Runs a container to its end; any exit code is fine. */
  run(reference: string, options?: ContainerOptions): Promise<RunResult>;
  /** Any other command of the engine's client, on the same storage. */
  command(
    args: readonly string[],
    options?: { readonly allowFailure?: boolean },
  ): Promise<RunResult>;
}

/** A name for a container that nobody else has. */
export function containerName(): string {
  return `rcc-oci-${randomUUID()}`;
}

/** The flags that docker and podman share. */
export function commonFlags(options: ContainerOptions): readonly string[] {
  const { entrypoint, user, env = {}, workdir, readOnly, tmpfs = [], mounts = [] } = options;
  return [
    "--network=none",
    ...(entrypoint === undefined ? [] : [`--entrypoint=${entrypoint}`]),
    ...(user === undefined ? [] : [`--user=${user}`]),
    ...Object.entries(env).map(([name, value]) => `--env=${name}=${value}`),
    ...(workdir === undefined ? [] : [`--workdir=${workdir}`]),
    ...(readOnly ? ["--read-only"] : []),
    ...tmpfs.map((folder) => `--tmpfs=${folder}`),
    ...mounts.map(({ source, target, readOnly }) =>
      `--volume=${source}:${target}${readOnly ? ":ro" : ""}`
    ),
  ];
}

/** The references in the lines `Loaded image: name` that docker and podman print. */
export function loadedReferences(output: string): readonly string[] {
  return [...output.matchAll(/^Loaded image(?:\(s\))?: (.+)$/gm)]
    .flatMap(([, names]) => names!.split(/[, ]+/));
}

/**
 * What `cp name:from -` of podman and docker prints is a tar, which keeps owners where their copies
 * to a folder do not.
 */
export async function unpackCopy(
  tar: Uint8Array<ArrayBuffer>,
  { from, to }: Copy,
): Promise<void> {
  await using folder = await temporaryFolder();
  const flags = ["--numeric-owner", "--same-owner", "--same-permissions"];
  await run("tar", ["-xf", "-", ...flags, "-C", folder.path], { stdin: tar });
  await run("mv", [join(folder.path, basename(from)), to]);
}
