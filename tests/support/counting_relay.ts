import * as net from "node:net";
import { joinSockets, listen, type LoopbackServer } from "./loopback.ts";

/** Hands on everything to a port of this machine, and tells how many bytes went there in all. */
export async function countingRelay(
  port: number,
  onSent: (total: number) => void,
): Promise<LoopbackServer> {
  let total = 0;
  const server = net.createServer((near) => {
    const far = net.connect(port, "127.0.0.1");
    near.on("data", (bytes) => onSent(total += bytes.length));
    joinSockets(near, far);
  });
  return await listen(server);
}
