import { findLocalChannel, type HostFacts, robocorpHome } from "../holotree/mod.ts";
import type { Context } from "./session.ts";

/** This machine as RCC sees it. */
export function hostFactsOf({ env, hostOs }: Pick<Context, "env" | "hostOs">): HostFacts {
  const name = hostOs === "win32" ? "windows" : hostOs === "darwin" ? "darwin" : "linux";
  return { env, hostOs: name };
}

/** The channel of this machine's own that RCC puts first into each blueprint, if there is one. */
export function localChannelOf(context: Pick<Context, "env" | "hostOs">): string | undefined {
  return findLocalChannel(robocorpHome(hostFactsOf(context)));
}
