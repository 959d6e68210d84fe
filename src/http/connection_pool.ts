import { connect, type Way } from "./connect.ts";
import { HttpError } from "./http_error.ts";
import { Connection } from "./connection.ts";
import { type Nearness, nearnessOf } from "./nearness.ts";
import { chooseProxy, formatProxy, type ProxyVariables } from "./proxy.ts";
import type { TrustStore } from "./trust.ts";

/** Options of {@linkcode ConnectionPool}. */
export interface ConnectionPoolOptions {
  readonly environment: ProxyVariables;
  readonly trust: TrustStore;
  /** The limit on connecting, in milliseconds. */
  readonly connectMs: number;
}

/** What an address may be: that of its own host anything, one that a host named not always. */
type Allowed = Nearness | "far" | "any";

/** All pool of a client: one for each host, and each way to reach it. */
export class ConnectionPool {
  readonly connectMs: number;
  readonly #options: ConnectionPoolOptions;
  readonly #pool = new Map<string, Promise<Connection>>();
  /** Origins whose names led to near addresses. */
  readonly #near = new Map<string, Nearness>();

  constructor(options: ConnectionPoolOptions) {
    this.connectMs = options.connectMs;
    this.#options = options;
  }

  /**
   * The connection to an address.
   *
   * @param namedBy The host that named it: one from afar must not send us to services of this
   * machine, or of its wire, that trust whoever can reach them.
   */
  to(url: URL, namedBy: URL): Promise<Connection> {
    const allowed = this.#allowed(url, namedBy);
    requireAllowed(url, { allowed, near: nearnessOf(url.hostname) });
    const proxy = chooseProxy(url, this.#options.environment);
    const key = `${url.origin} ${allowed} ${proxy === undefined ? "" : formatProxy(proxy)}`;
    let connection = this.#pool.get(key);
    if (connection === undefined) {
      connection = this.#wayTo(url, allowed).then((way) => new Connection(way));
      this.#pool.set(key, connection);
    }
    return connection;
  }

  /** Connects to an address, and takes the connection down again. */
  async probe(url: URL, signal: AbortSignal | undefined): Promise<void> {
    const way = await this.#wayTo(url, "any");
    const socket = await connect(way, { limitMs: this.connectMs, signal });
    socket.destroy();
  }

  /** Ends all idle connections. */
  close(): void {
    for (const connection of this.#pool.values()) {
      connection.then((connection) => connection.close(), () => {});
    }
    this.#pool.clear();
  }

  #allowed(url: URL, namedBy: URL): Allowed {
    if (url.origin === namedBy.origin || this.#options.trust.isInsecure(url)) return "any";
    return nearnessOf(namedBy.hostname) ?? this.#near.get(namedBy.origin) ?? "far";
  }

  async #wayTo(url: URL, allowed: Allowed): Promise<Way> {
    const secure = url.protocol === "https:";
    const proxy = chooseProxy(url, this.#options.environment);
    return {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port || (secure ? 443 : 80)),
      secure,
      trust: await this.#options.trust.trustFor(url),
      ...(proxy === undefined ? {} : { proxy }),
      onReached: (address) => {
        const near = nearnessOf(address);
        requireAllowed(url, { allowed, near });
        if (near !== undefined) this.#near.set(url.origin, near);
      },
    };
  }
}

/** @throws {HttpError} */
function requireAllowed(
  { host }: URL,
  { allowed, near }: { readonly allowed: Allowed; readonly near: Nearness | undefined },
): void {
  if (near === undefined || allowed === "any" || allowed === near) return;
  const where = near === "loopback" ? "on this machine" : "on this machine's own wire";
  throw new HttpError(
    "redirect",
    `${host} is ${where}, where no other host may send requests, allow it with --insecure-registry ${host}`,
  );
}
