import { Buffer } from "node:buffer";
import * as http from "node:http";
import type { Socket } from "node:net";
import { describeSocketError, HttpError } from "./http_error.ts";
import { formatProxy, type Proxy } from "./proxy.ts";

/** What {@linkcode openTunnel} and its like need to know. */
export interface TunnelOptions {
  /** The host behind the proxy. */
  readonly host: string;
  readonly port: number;
  readonly proxy: Proxy;
  readonly stop: AbortSignal;
}

/**
 * Asks a proxy to pass bytes on to a host: `CONNECT`.
 * https://www.rfc-editor.org/rfc/rfc9110#CONNECT
 */
export function openTunnel(
  socket: Socket,
  { host, port, proxy, stop }: TunnelOptions,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const shown = formatProxy(proxy);
  const request = http.request({
    createConnection: () => socket,
    method: "CONNECT",
    path: authority,
    headers: { host: authority, ...proxyAuthorization(proxy) },
  });
  const onStop = () => {
    reject(stop.reason);
    socket.destroy();
  };
  const refuse = (status: number | undefined) => {
    socket.destroy();
    reject(
      status === 407
        ? new HttpError(
          "proxy",
          `proxy ${shown} asks for credentials, or refused them, give them as http://user:password@host:port`,
        )
        : new HttpError("proxy", `proxy ${shown} answered ${status} to CONNECT ${authority}`, {
          mayPass: status !== undefined && status >= 500,
        }),
    );
  };
  request.once("connect", (response, tunnel: Socket) => {
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) resolve(tunnel);
    else refuse(statusCode);
  });
  request.once("response", (response) => refuse(response.statusCode));
  request.on("error", (error) => reject(describeSocketError(error, shown)));
  stop.addEventListener("abort", onStop);
  request.end();
  return promise.finally(() => stop.removeEventListener("abort", onStop));
}

/** The header with the proxy's credentials, none when it has none. */
export function proxyAuthorization(
  { username, password }: Proxy,
): { "proxy-authorization"?: string } {
  if (username === undefined) return {};
  const pair = Buffer.from(`${username}:${password?.reveal() ?? ""}`).toString("base64");
  return { "proxy-authorization": `Basic ${pair}` };
}
