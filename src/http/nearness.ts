import { BlockList, isIP } from "node:net";
import { bare, isLoopback } from "./no_proxy.ts";

/** Addresses that mean something else to everybody: this machine, and what is on its own wire. */
export type Nearness = "loopback" | "link-local";

const LOOPBACK = networks(
  [["127.0.0.0", 8, "ipv4"], ["0.0.0.0", 8, "ipv4"], ["::", 127, "ipv6"]],
);
/** Metadata services of clouds are here. */
const LINK_LOCAL = networks([["169.254.0.0", 16, "ipv4"], ["fe80::", 10, "ipv6"]]);

/** How near a host is, as far as its name or address says; `undefined` for all others. */
export function nearnessOf(hostname: string): Nearness | undefined {
  const host = unmapped(bare(hostname).replace(/%.*$/, ""));
  if (isLoopback(host)) return "loopback";
  const version = isIP(host);
  if (version === 0) return undefined;
  const family = version === 4 ? "ipv4" : "ipv6";
  if (LOOPBACK.check(host, family)) return "loopback";
  return LINK_LOCAL.check(host, family) ? "link-local" : undefined;
}

/** An IPv4 address that is written as an IPv6 one. */
function unmapped(host: string): string {
  const [, dotted, high, low] =
    /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(host) ?? [];
  if (dotted !== undefined) return dotted;
  if (high === undefined || low === undefined) return host;
  const bits = [parseInt(high, 16), parseInt(low, 16)];
  return bits.flatMap((pair) => [pair >> 8, pair & 0xff]).join(".");
}

function networks(all: readonly (readonly [string, number, "ipv4" | "ipv6"])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix, family] of all) list.addSubnet(address, prefix, family);
  return list;
}
