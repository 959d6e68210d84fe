import { existsSync } from "node:fs";
import { join, posix, win32 } from "node:path";

/** Facts of a host that say where RCC keeps its things. */
export interface HostFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostOs: "linux" | "darwin" | "windows";
}

/**
 * The folder that RCC keeps all its things in: `ROBOCORP_HOME`, in which variables are replaced, or
 * `.robocorp` in the user's home.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/common/strategies.go and platform_*.go
 */
export function robocorpHome({ env, hostOs }: HostFacts): string {
  const isWindows = hostOs === "windows";
  const given = env.ROBOCORP_HOME || (isWindows ? "%LOCALAPPDATA%\\robocorp" : "$HOME/.robocorp");
  const expanded = given.replace(
    /\$(?:(\w+)|\{(\w+)\})/g,
    (_, plain, braced) => env[plain ?? braced] ?? "",
  );
  return pathsOf(hostOs).resolve(
    isWindows ? expanded.replace(/%([A-Za-z]+)%/g, (form, name) => env[name] ?? form) : expanded,
  );
}

/** The user's home as RCC sees it, from which the names of spaces are made. */
export function homeOf({ env, hostOs }: HostFacts): string | undefined {
  return hostOs === "windows" ? env.USERPROFILE : env.HOME;
}

/**
 * The folder of a conda channel of the host's own, if it has one: it belongs to each blueprint.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/conda/robocorp.go (`LocalChannel`)
 */
export function findLocalChannel(
  home: string,
  { exists = existsSync }: { readonly exists?: (path: string) => boolean } = {},
): string | undefined {
  const channel = join(home, "channel");
  return exists(join(channel, "channeldata.json")) ? channel : undefined;
}

/** How paths are written there. */
export function pathsOf(hostOs: HostFacts["hostOs"]): typeof posix {
  return hostOs === "windows" ? win32 : posix;
}
