import * as http from "node:http";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { setImmediate } from "node:timers";
import { connect, type SocketOptions, type Way } from "./connect.ts";

/** Options of {@linkcode Connection.socket}. */
export interface ConnectionSocketOptions extends SocketOptions {
  /** Whether idle connections are not to be trusted any more. */
  readonly fresh: boolean;
}

/** A request that has begun. */
export interface ConnectionRequest {
  readonly request: http.ClientRequest;
  /** Whether its connection had been idle: the other side may have closed it. */
  readonly wasIdle: boolean;
}

/** The connections to one host: those that are idle are used again. */
export class Connection {
  readonly way: Way;
  readonly #agent = new PreparedAgent({ keepAlive: true });

  constructor(way: Way) {
    this.way = way;
  }

  /** A connection for a request, `undefined` when there is an idle one. */
  async socket({ fresh, ...options }: ConnectionSocketOptions): Promise<Socket | undefined> {
    const idle = Object.values(this.#agent.freeSockets).flatMap((sockets) => sockets ?? []);
    if (fresh) { for (const socket of idle) socket.destroy(); }
    else if (idle.some((socket) => !socket.destroyed)) return undefined;
    return await connect(this.way, options);
  }

  /**
   * A request on an idle connection, or else on the given one.
   *
   * When there is neither, it fails with a {@linkcode StaleConnection}.
   */
  request(socket: Socket | undefined, options: http.RequestOptions): ConnectionRequest {
    this.#agent.prepared = socket;
    const request = http.request({ ...options, agent: this.#agent, setHost: false });
    // Another connection has become idle meanwhile, and was taken.
    this.#agent.prepared?.destroy();
    this.#agent.prepared = undefined;
    const wasIdle = request.reusedSocket;
    // Where it is set, Deno sends the request again by itself when its connection ends, body and all,
    // even one that we destroy: https://github.com/denoland/deno/issues/36786
    request.reusedSocket = false;
    return { request, wasIdle };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** An idle connection had been closed by the other side: nothing was answered, and a fresh one may do. */
export class StaleConnection extends Error {}

/** An agent that is handed its sockets, for node's own cannot stop while it connects. */
class PreparedAgent extends http.Agent {
  prepared: Socket | undefined;

  override createConnection(): Duplex {
    const socket = this.prepared ?? brokenConnection();
    this.prepared = undefined;
    return socket;
  }
}

/** Fails a moment later, or when it is written to before: by then a request listens. */
function brokenConnection(): Duplex {
  const error = new StaleConnection("the idle connection was closed");
  const broken = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(error) });
  setImmediate(() => broken.destroy(error));
  return broken;
}
