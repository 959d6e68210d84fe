import { Failure } from "../failure/mod.ts";
import { isExempt } from "./no_proxy.ts";
import { Secret } from "./secret.ts";

/** A server that connects for us. */
export interface Proxy {
  readonly protocol: "http" | "https" | "socks5";
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: Secret;
}

/** The environment's variables, handed in: nothing here reads the process. */
export type ProxyVariables = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORTS = { http: 80, https: 443, socks5: 1080 } as const;

/**
 * The proxy for an address: `HTTPS_PROXY` or `HTTP_PROXY` by its protocol, else `ALL_PROXY`, unless
 * `NO_PROXY` exempts it. Upper case is asked first. Loopback addresses never have one.
 */
export function chooseProxy(url: URL, environment: ProxyVariables): Proxy | undefined {
  const own = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const name = [own, own.toLowerCase(), "ALL_PROXY", "all_proxy"]
    .find((name) => (environment[name] ?? "") !== "");
  if (name === undefined) return undefined;
  const exempt = environment.NO_PROXY || environment.no_proxy || "";
  if (isExempt(url, exempt)) return undefined;
  return parseProxy(environment[name]!, name);
}

/** The proxy as errors name it: never with its credentials. */
export function formatProxy({ protocol, host, port }: Proxy): string {
  return `${protocol}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function parseProxy(value: string, variable: string): Proxy {
  const text = value.trim();
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  const protocol = url?.protocol.replace(/^socks5h?:$|^socks:$/, "socks5:").slice(0, -1);
  if (
    url === null || url.hostname === "" ||
    (protocol !== "http" && protocol !== "https" && protocol !== "socks5")
  ) {
    // The value may hold a password: it is not repeated.
    throw new Failure(
      "base/proxy",
      `failed to read proxy "${variable}": expected an address such as http://proxy.example:3128, https://… or socks5://…`,
    );
  }
  return {
    protocol,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? DEFAULT_PORTS[protocol] : Number(url.port),
    ...(url.username === "" ? {} : { username: decode(url.username) }),
    ...(url.password === "" ? {} : { password: new Secret(decode(url.password)) }),
  };
}

/** A password with a bare `%` is taken as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
