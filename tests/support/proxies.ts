import { Buffer } from "node:buffer";
import * as http from "node:http";
import * as net from "node:net";
import { joinSockets, listen, type LoopbackServer } from "./loopback.ts";

/** A proxy that writes down what it was asked for. */
export interface TestProxy extends LoopbackServer {
  /** Request lines of HTTP proxies, `host:port` of SOCKS ones. */
  readonly asked: readonly string[];
}

/** Options of the proxies. */
export interface ProxyOptions {
  /** `user:password` that must be shown. */
  readonly credentials?: string;
  /** Connects here, whatever host is asked for. */
  readonly target: number;
}

/** An HTTP proxy that knows CONNECT alone. */
export async function connectProxy({ credentials, target }: ProxyOptions): Promise<TestProxy> {
  const asked: string[] = [];
  const server = http.createServer((_request, response) => {
    response.writeHead(405).end();
  });
  server.on("connect", (request: http.IncomingMessage, socket: net.Socket) => {
    asked.push(`CONNECT ${request.url}`);
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (wanted !== undefined && request.headers["proxy-authorization"] !== wanted) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const upstream = net.connect(target, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    });
    joinSockets(socket, upstream);
  });
  return { ...await listen(server), asked };
}

/** An HTTP proxy for plain HTTP: it is sent the whole address. */
export async function forwardProxy({ target }: ProxyOptions): Promise<TestProxy> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url!);
    http.get({ host: "127.0.0.1", port: target, path: pathname, agent: false }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
  });
  return { ...await listen(server), asked };
}

/** A SOCKS5 proxy. */
export async function socksProxy({ credentials, target }: ProxyOptions): Promise<TestProxy> {
  const asked: string[] = [];
  const server = net.createServer(async (socket): Promise<void> => {
    const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    let buffered: Buffer = Buffer.alloc(0);
    const read = async (count: number) => {
      while (buffered.length < count) {
        const { value, done } = await chunks.next();
        if (done) throw new Error("the client went away");
        buffered = Buffer.concat([buffered, value]);
      }
      const bytes = buffered.subarray(0, count);
      buffered = buffered.subarray(count);
      return bytes;
    };
    const [, methods = 0] = await read(2);
    const offered = await read(methods);
    const method = credentials === undefined ? 0 : 2;
    if (!offered.includes(method)) return void socket.end(Buffer.from([5, 255]));
    socket.write(Buffer.from([5, method]));
    if (credentials !== undefined) {
      const user = (await read((await read(2))[1]!)).toString();
      const password = (await read((await read(1))[0]!)).toString();
      const good = `${user}:${password}` === credentials;
      socket.write(Buffer.from([1, good ? 0 : 1]));
      if (!good) return void socket.end();
    }
    await read(4);
    const name = (await read((await read(1))[0]!)).toString();
    asked.push(`${name}:${(await read(2)).readUInt16BE()}`);
    socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
    const upstream = net.connect(target, "127.0.0.1");
    upstream.on("error", () => socket.destroy());
    upstream.pipe(socket);
    try {
      for (;;) {
        const { value, done } = await chunks.next();
        if (done) break;
        upstream.write(value);
      }
    } catch {
      // The client went away.
    }
    upstream.destroySoon();
  });
  return { ...await listen(server), asked };
}
