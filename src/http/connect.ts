import * as net from "node:net";
import * as tls from "node:tls";
import { describeSocketError, HttpError } from "./http_error.ts";
import { formatProxy, type Proxy } from "./proxy.ts";
import { socksConnect } from "./socks.ts";
import type { Trust } from "./trust.ts";
import { openTunnel } from "./tunnel.ts";

/** How a host is reached. */
export interface Way {
  readonly host: string;
  readonly port: number;
  /** Whether TLS is spoken with the host. */
  readonly secure: boolean;
  readonly trust: Trust;
  readonly proxy?: Proxy;
  /** Told the host's own address, before anything is sent there. @throws where it must not be. */
  readonly onReached?: (address: string) => void;
}

/** Options of {@linkcode connect}. */
export interface SocketOptions {
  /** For the whole of it: name, connection, proxy, TLS. */
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A socket on which requests to the host can be written. Plain HTTP through an HTTP proxy ends at
 * the proxy; everything else goes through a tunnel.
 *
 * @throws {HttpError} or the signal's reason.
 */
export async function connect(way: Way, { limitMs, signal }: SocketOptions): Promise<net.Socket> {
  signal?.throwIfAborted();
  const limit = new AbortController();
  const timer = setTimeout(() => {
    const peer = way.proxy === undefined ? formatPeer(way) : formatProxy(way.proxy);
    limit.abort(
      new HttpError(
        "connect-timeout",
        `no connection to ${peer} within ${limitMs / 1000} s, check the network and HTTPS_PROXY`,
      ),
    );
  }, limitMs);
  const stop = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]);
  try {
    return await connectUntil(way, stop);
  } finally {
    clearTimeout(timer);
  }
}

/** Host and port as errors name them. */
export function formatPeer({ host, port }: Pick<Way, "host" | "port">): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

async function connectUntil(way: Way, stop: AbortSignal): Promise<net.Socket> {
  const { proxy } = way;
  if (proxy === undefined) {
    const socket = await dial(way, stop);
    try {
      way.onReached?.(socket.remoteAddress ?? "");
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return way.secure ? await secure(socket, way, stop) : socket;
  }
  let socket = await throughProxy(proxy, () => dial(proxy, stop));
  if (proxy.protocol === "https") {
    const { host, port } = proxy;
    const trust = { ca: way.trust.ca, verify: true };
    socket = await throughProxy(proxy, () => secure(socket, { host, port, trust }, stop));
  }
  if (proxy.protocol === "socks5") {
    socket = await throughProxy(proxy, () => socksConnect(socket, { ...way, proxy, stop }));
  } else if (way.secure) {
    socket = await throughProxy(proxy, () => openTunnel(socket, { ...way, proxy, stop }));
  }
  return way.secure ? await secure(socket, way, stop) : socket;
}

async function dial({ host, port }: Pick<Way, "host" | "port">, stop: AbortSignal) {
  const socket = heard(net.connect({ host, port, noDelay: true }));
  await untilReady(socket, { event: "connect", peer: formatPeer({ host, port }), stop });
  return socket;
}

async function secure(
  socket: net.Socket,
  { host, port, trust }: Pick<Way, "host" | "port" | "trust">,
  stop: AbortSignal,
): Promise<net.Socket> {
  const secured = heard(tls.connect({
    socket,
    host,
    ca: [...trust.ca],
    rejectUnauthorized: trust.verify,
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ...(trust.cert === undefined ? {} : { cert: trust.cert }),
    ...(trust.key === undefined ? {} : { key: trust.key }),
  }));
  await untilReady(secured, { event: "secureConnect", peer: formatPeer({ host, port }), stop });
  return secured;
}

/**
 * Listens for as long as the socket lives: it passes from hand to hand (proxy, TLS, agent, request),
 * and an error that comes in between would end the program.
 */
function heard<Socket extends net.Socket>(socket: Socket): Socket {
  return socket.on("error", () => {});
}

interface ReadyOptions {
  readonly event: "connect" | "secureConnect";
  readonly peer: string;
  readonly stop: AbortSignal;
}

async function untilReady(
  socket: net.Socket,
  { event, peer, stop }: ReadyOptions,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onError = (error: unknown) => reject(describeSocketError(error, peer));
  const onClose = () => onError({ code: "ECONNRESET" });
  const onStop = () => reject(stop.reason);
  socket.once(event, resolve).once("error", onError).once("close", onClose);
  stop.addEventListener("abort", onStop);
  if (stop.aborted) onStop();
  try {
    await promise;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    socket.off(event, resolve).off("error", onError).off("close", onClose);
    stop.removeEventListener("abort", onStop);
  }
}

/** An error on the way through a proxy says so. */
async function throughProxy(
  proxy: Proxy,
  step: () => Promise<net.Socket>,
): Promise<net.Socket> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof HttpError) || error.trouble === "proxy") throw error;
    throw new HttpError(
      error.trouble === "connect-timeout" ? error.trouble : "proxy",
      `proxy ${formatProxy(proxy)}: ${error.message}`,
      { cause: error, mayPass: error.mayPass },
    );
  }
}
