import { Failure } from "../failure/mod.ts";

/** What a host cannot do for an image of Linux, and what works in its place. */
export interface HostAdvice {
  /** Whether rcc resolves environments for the image here. */
  readonly canResolve: boolean;
  /** What to warn of when host and image are of different platforms. */
  readonly warning?: string;
  /** The ways to an environment that work where none can be resolved. */
  readonly ways: readonly string[];
}

const TARGET = "linux/amd64";

/**
 * What to say on a host. rcc resolves for its own platform alone.
 *
 * @param hostOs As in `process.platform`.
 * @param hostArch As in `process.arch`.
 */
export function hostAdvice(hostOs: string, hostArch = "x64"): HostAdvice {
  const host = describeHost(hostOs, hostArch);
  if (host === TARGET) return { canResolve: true, ways: [] };
  return {
    canResolve: false,
    warning: `this host is ${host} and the image is ${TARGET}: its environment cannot be ` +
      `resolved here, and nothing that is built can be tried here without an engine`,
    ways: [
      "put a hololib.zip beside robot.yaml, made on Linux or in CI with " +
      "`rcc holotree export -r robot.yaml -z hololib.zip`",
      "name a library that was filled on Linux with --hololib",
      "have rcc on Linux or in CI fetch it from your remote origin (RCC_REMOTE_ORIGIN)",
    ],
  };
}

/** @throws {Failure} with the ways that work, where rcc cannot resolve for the image. */
export function requireResolvingHost(hostOs: string, hostArch: string): void {
  const { canResolve, warning, ways } = hostAdvice(hostOs, hostArch);
  if (canResolve) return;
  throw new Failure(
    "environment/host-platform",
    `failed to resolve the environment: ${warning}; ${ways.join(", or ")}`,
  );
}

/** The platform of a host in OCI's words, with the systems by the names that their users know. */
export function describeHost(hostOs: string, hostArch: string): string {
  const os = { linux: "linux", darwin: "macOS", win32: "Windows" }[hostOs] ?? hostOs;
  const arch = { x64: "amd64", ia32: "386" }[hostArch] ?? hostArch;
  return `${os}/${arch}`;
}
