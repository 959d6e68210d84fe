import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";

/** A server on a free port of 127.0.0.1, closed with all its connections when it is disposed of. */
export interface LoopbackServer extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, or `https://localhost:<port>` for TLS. */
  readonly url: URL;
  /** `127.0.0.1:<port>`. */
  readonly host: string;
}

/** Serves plain HTTP. */
export function serveHttp(listener: http.RequestListener): Promise<LoopbackServer> {
  return listen(http.createServer(listener), "http://127.0.0.1");
}

/** Serves HTTP over TLS with the certificate. */
export function serveHttps(
  listener: http.RequestListener,
  certificate: https.ServerOptions,
): Promise<LoopbackServer> {
  return listen(https.createServer(certificate, listener), "https://localhost");
}

/** Makes any server listen. */
export async function listen(server: Server, address = "tcp://127.0.0.1"): Promise<LoopbackServer> {
  const sockets = new Set<{ destroy(): unknown }>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: new URL(`${address}:${port}`),
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
      await promise;
    },
  };
}

/** Hands on what each of the two sends, to the last byte, and ends one with the other. */
export function joinSockets(near: Socket, far: Socket): void {
  near.pipe(far).pipe(near);
  for (const [one, other] of [[near, far], [far, near]] as const) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroySoon());
  }
}

/** The whole body of a request. */
export async function bodyOf(request: http.IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}
