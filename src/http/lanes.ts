import { connect, type Way } from "./connect.ts";
import { Lane } from "./lane.ts";
import { chooseProxy, type Environment, formatProxy } from "./proxy.ts";
import type { TrustStore } from "./trust.ts";

/** Options of {@linkcode Lanes}. */
export interface LanesOptions {
  readonly environment: Environment;
  readonly trust: TrustStore;
  /** The limit on connecting, in milliseconds. */
  readonly connectMs: number;
}

/** All lanes of a client: one for each host, and each way to reach it. */
export class Lanes {
  readonly connectMs: number;
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, Promise<Lane>>();

  constructor(options: LanesOptions) {
    this.connectMs = options.connectMs;
    this.#options = options;
  }

  /** The lane to an address. */
  to(url: URL): Promise<Lane> {
    const proxy = chooseProxy(url, this.#options.environment);
    const key = `${url.origin} ${proxy === undefined ? "" : formatProxy(proxy)}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = this.#wayTo(url).then((way) => new Lane(way));
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  /** Connects to an address, and takes the connection down again. */
  async probe(url: URL, signal: AbortSignal | undefined): Promise<void> {
    const way = await this.#wayTo(url);
    const socket = await connect(way, { limitMs: this.connectMs, signal });
    socket.destroy();
  }

  /** Ends all idle connections. */
  close(): void {
    for (const lane of this.#lanes.values()) lane.then((lane) => lane.close(), () => {});
    this.#lanes.clear();
  }

  async #wayTo(url: URL): Promise<Way> {
    const secure = url.protocol === "https:";
    const proxy = chooseProxy(url, this.#options.environment);
    return {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port || (secure ? 443 : 80)),
      secure,
      trust: await this.#options.trust.trustFor(url),
      ...(proxy === undefined ? {} : { proxy }),
    };
  }
}
