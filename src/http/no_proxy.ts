import { BlockList, isIP } from "node:net";

/** Whether the host is this machine itself. */
export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  if (isIP(host) === 4) return host.startsWith("127.");
  return host === "::1";
}

/**
 * Whether `NO_PROXY` says that an address is reached directly. Its entries, between commas or
 * spaces: `*`, a domain (with its subdomains), `.domain` or `*.domain` (only those), an IP address,
 * a network such as `10.0.0.0/8`; each but `*` and networks may end with a port.
 */
export function isExempt(url: URL, noProxy: string): boolean {
  const host = bare(url.hostname);
  if (isLoopback(host)) return true;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return noProxy.split(/[\s,]+/).some((entry) => entry !== "" && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInNetwork(entry, host);
  const { name, port: wanted } = splitPort(entry.toLowerCase());
  if (wanted !== undefined && wanted !== port) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && isSameAddress(name, host);
  if (name.startsWith(".")) return host.endsWith(name);
  if (name.startsWith("*.")) return host.endsWith(name.slice(1));
  return host === name || host.endsWith(`.${name}`);
}

function isInNetwork(entry: string, host: string): boolean {
  const [address = "", prefix = ""] = entry.split("/");
  const version = isIP(address);
  const hostVersion = isIP(host);
  const longest = version === 4 ? 32 : 128;
  if (version === 0 || hostVersion === 0) return false;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > longest) return false;
  const network = new BlockList();
  network.addSubnet(address, Number(prefix), version === 4 ? "ipv4" : "ipv6");
  return network.check(host, hostVersion === 4 ? "ipv4" : "ipv6");
}

function isSameAddress(a: string, b: string): boolean {
  const list = new BlockList();
  list.addAddress(a, isIP(a) === 4 ? "ipv4" : "ipv6");
  return list.check(b, isIP(b) === 4 ? "ipv4" : "ipv6");
}

function splitPort(entry: string): { name: string; port?: string } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry);
  const plain = /^([^:]+):(\d+)$/.exec(entry);
  const [, name = entry, port] = bracketed ?? plain ?? [];
  return { name, ...(port === undefined ? {} : { port }) };
}

/** A host of an address, as it is compared. */
export function bare(hostname: string): string {
  return hostname.toLowerCase().replace(/^\[|\]$/g, "").replace(/\.$/, "");
}
