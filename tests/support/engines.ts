/** The engines that images are tried with, each with its own storage and its own end. */
import { containerd } from "./containerd.ts";
import { docker } from "./docker.ts";
import type { Engine } from "./engine.ts";
import { podman } from "./podman.ts";

export { containerd, docker, podman };
export type { ContainerOptions, Engine } from "./engine.ts";

export const ENGINES: readonly Engine[] = [podman, docker, containerd];
