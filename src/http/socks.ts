import { Buffer } from "node:buffer";
import { isIP, type Socket } from "node:net";
import { describeSocketError, HttpError } from "./http_error.ts";
import { formatProxy, type Proxy } from "./proxy.ts";
import type { TunnelOptions } from "./tunnel.ts";

const VERSION = 5;
const NO_CREDENTIALS = 0;
const PASSWORD = 2;
const CONNECT = 1;
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 4, 4: 16 };
const DOMAIN = 3;

/**
 * Asks a SOCKS5 proxy to pass bytes on to a host. The proxy looks the host's name up.
 * https://www.rfc-editor.org/rfc/rfc1928 and, for passwords, https://www.rfc-editor.org/rfc/rfc1929
 */
export async function socksConnect(
  socket: Socket,
  { host, port, proxy, stop }: TunnelOptions,
): Promise<Socket> {
  const read = (count: number) => readExactly(socket, { count, proxy, stop });
  const methods = proxy.username === undefined ? [NO_CREDENTIALS] : [NO_CREDENTIALS, PASSWORD];
  socket.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await read(2);
  if (version !== VERSION) {
    throw new HttpError("proxy", `proxy ${formatProxy(proxy)} speaks no SOCKS5`);
  }
  if (method === PASSWORD) {
    const name = Buffer.from(proxy.username ?? "");
    const password = Buffer.from(proxy.password?.reveal() ?? "");
    socket.write(Buffer.concat([
      Buffer.from([1, name.length]),
      name,
      Buffer.from([password.length]),
      password,
    ]));
    if ((await read(2))[1] !== 0) throw refused(proxy);
  } else if (method !== NO_CREDENTIALS) {
    throw refused(proxy);
  }
  const name = Buffer.from(isIP(host) === 6 ? host : host.toLowerCase());
  socket.write(Buffer.concat([
    Buffer.from([VERSION, CONNECT, 0, DOMAIN, name.length]),
    name,
    Buffer.from([port >> 8, port & 0xff]),
  ]));
  const [, status, , addressType = 0] = await read(4);
  if (status !== 0) {
    throw new HttpError(
      "proxy",
      `proxy ${formatProxy(proxy)} cannot reach ${host}:${port} (SOCKS5 answer ${status})`,
    );
  }
  const addressBytes = addressType === DOMAIN ? (await read(1))[0]! : ADDRESS_BYTES[addressType];
  await read((addressBytes ?? 4) + 2);
  return socket;
}

function refused(proxy: Proxy): HttpError {
  return new HttpError(
    "proxy",
    `proxy ${
      formatProxy(proxy)
    } asks for credentials, or refused them, give them as socks5://user:password@host:port`,
  );
}

interface ReadOptions extends Pick<TunnelOptions, "proxy" | "stop"> {
  readonly count: number;
}

/** The next bytes of the socket, and not one more: what follows is the host's. */
async function readExactly(
  socket: Socket,
  { count, proxy, stop }: ReadOptions,
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const tryRead = () => {
    const bytes = socket.read(count) as Buffer | null;
    if (bytes !== null && bytes.length === count) resolve(bytes);
  };
  const fail = (error?: unknown) =>
    reject(describeSocketError(error ?? { code: "ECONNRESET" }, formatProxy(proxy)));
  const onEnd = () => fail();
  const onStop = () => {
    reject(stop.reason);
    socket.destroy();
  };
  socket.on("readable", tryRead).once("error", fail).once("end", onEnd).once("close", onEnd);
  stop.addEventListener("abort", onStop);
  tryRead();
  try {
    return await promise;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    socket.off("readable", tryRead).off("error", fail).off("end", onEnd).off("close", onEnd);
    stop.removeEventListener("abort", onStop);
  }
}
