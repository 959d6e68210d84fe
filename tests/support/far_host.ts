import * as net from "node:net";
import { networkInterfaces } from "node:os";
import { joinSockets, type LoopbackServer } from "./loopback.ts";

/** An address of this machine that is none of its own business: another host could have it. */
export function farAddress(): string | undefined {
  return Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    .find(({ internal, family, address }) =>
      !internal && family === "IPv4" && !address.startsWith("169.254.")
    )?.address;
}

/** A server of this machine, reached as if it were another host. */
export interface FarHost extends AsyncDisposable {
  /** Address and port. */
  readonly host: string;
}

/** Hands on what comes to a far address. */
export async function farHost({ port }: Pick<LoopbackServer, "port">): Promise<FarHost> {
  const address = farAddress()!;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    }
    joinSockets(near, far);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return {
    host: `${address}:${(server.address() as net.AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
