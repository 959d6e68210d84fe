import { formatPeer } from "./connect.ts";
import { exchange } from "./exchange.ts";
import { describeSocketError } from "./http_error.ts";
import { type Connection, StaleConnection } from "./connection.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import type { HttpBody, HttpHeaders, HttpRequest, HttpResponse } from "./message.ts";
import { Secret } from "./secret.ts";
import { proxyAuthorization } from "./tunnel.ts";

/** Options of {@linkcode ask}. */
export interface AskOptions {
  readonly pool: ConnectionPool;
  /** The limit on silence, in milliseconds. */
  readonly idleTimeoutMs: number;
  readonly userAgent: string;
}

/** One request to one host, on an idle connection where there is one that still works. */
export async function ask(
  url: URL,
  request: HttpRequest,
  { pool, idleTimeoutMs, userAgent }: AskOptions,
): Promise<Omit<HttpResponse, "url" | "tries">> {
  const { method = "GET", body, responseTimeoutMs = idleTimeoutMs, signal } = request;
  const connection = await pool.to(url, request.namedBy ?? url);
  const peer = formatPeer(connection.way);
  const wanted = {
    ...requestTarget(url, connection),
    connection,
    method,
    body,
    peer,
    idleTimeoutMs,
    responseTimeoutMs,
    signal,
  };
  const headers = {
    host: url.host,
    "user-agent": userAgent,
    // Digests and sizes are those of the bytes as they are.
    "accept-encoding": "identity",
    ...wanted.headers,
    ...revealed(request.headers ?? {}),
    ...contentLength(method, body),
  };
  const send = async (fresh: boolean) => {
    const socket = await connection.socket({ limitMs: pool.connectMs, signal, fresh });
    return await exchange({ ...wanted, headers, socket });
  };
  try {
    return await send(false);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    // Some of a body may have been taken: only a request that may be repeated goes again.
    if (body === undefined || request.tries !== 1) return await send(true);
    throw describeSocketError({ code: "ECONNRESET" }, peer);
  }
}

/** A proxy for plain HTTP reads the request itself: it wants the whole address, and its credentials. */
function requestTarget(
  url: URL,
  { way: { proxy, secure } }: Connection,
): { readonly path: string; readonly headers: Record<string, string> } {
  const path = url.pathname + url.search;
  if (proxy === undefined || secure || proxy.protocol === "socks5") return { path, headers: {} };
  return { path: `${url.origin}${path}`, headers: proxyAuthorization(proxy) };
}

function revealed(headers: HttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map((
      [name, value],
    ) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}

function contentLength(method: string, body: HttpBody | undefined): Record<string, string> {
  if (body !== undefined) {
    return { "content-length": String(body instanceof Uint8Array ? body.length : body.size) };
  }
  return /^(?:POST|PUT|PATCH)$/.test(method) ? { "content-length": "0" } : {};
}
