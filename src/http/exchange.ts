import type * as http from "node:http";
import type { Socket } from "node:net";
import { describeSocketError, HttpError } from "./http_error.ts";
import type { HttpBody, HttpResponse } from "./message.ts";
import { type Connection, StaleConnection } from "./connection.ts";
import { SilenceWatch } from "./idle.ts";

/** One request, ready to be written. */
export interface Exchange {
  readonly connection: Connection;
  /** For {@linkcode Connection.request}. */
  readonly socket: Socket | undefined;
  readonly method: string;
  /** As it stands in the request line. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpBody | undefined;
  /** Host and port, for errors. */
  readonly peer: string;
  readonly idleTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes one request and returns its answer as soon as the headers are there, even when the body has
 * not been sent: then the rest of it is not.
 *
 * @throws {HttpError}, {@linkcode StaleConnection}, what the body's source throws, or the signal's reason.
 */
export async function exchange(
  wanted: Exchange,
): Promise<Omit<HttpResponse, "url" | "tries">> {
  const { connection, socket, method, path, headers, body, peer, idleTimeoutMs, signal } = wanted;
  signal?.throwIfAborted();
  const answer = Promise.withResolvers<http.IncomingMessage>();
  answer.promise.catch(() => {}); // It is awaited only after the body.
  const { request, wasIdle } = connection.request(socket, { method, path, headers });
  // Why it was given up. Not handed to `destroy`: while a connection changes hands nobody listens.
  const stopped = new Stopped(request, answer.reject);
  const watch = new SilenceWatch((limitMs) =>
    stopped.by(new HttpError("silence", `${peer} was silent for ${limitMs / 1000} s, try again`))
  );
  const onAbort = () => stopped.by(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  const finish = () => {
    watch.rest();
    signal?.removeEventListener("abort", onAbort);
  };
  request.on("response", (response) => {
    stopped.response = response;
    answer.resolve(response);
  });
  request.on("error", (error) => {
    finish();
    if (error instanceof StaleConnection) answer.reject(error);
    else if (wasIdle && isBroken(error)) answer.reject(new StaleConnection());
    else answer.reject(describeSocketError(error, peer));
  });
  try {
    if (body !== undefined) {
      await send(body, { request, watch, idleTimeoutMs, answer: answer.promise });
    } else request.end();
    watch.expect(wanted.responseTimeoutMs);
    const response = await answer.promise;
    watch.rest();
    watch.heard(Infinity);
    return {
      status: response.statusCode ?? 0,
      headers: joinHeaders(response.headers),
      body: streamBody(response, { request, watch, idleTimeoutMs, peer, stopped, finish }),
    };
  } catch (error) {
    finish();
    request.destroy();
    throw error;
  }
}

/** A request that is given up, and why. */
class Stopped {
  reason: unknown;
  response: http.IncomingMessage | undefined;
  readonly #request: http.ClientRequest;
  readonly #reject: (reason: unknown) => void;

  constructor(request: http.ClientRequest, reject: (reason: unknown) => void) {
    this.#request = request;
    this.#reject = reject;
  }

  by(reason: unknown): void {
    this.reason ??= reason;
    this.#reject(this.reason);
    this.response?.destroy();
    this.#request.destroy();
  }
}

interface SendOptions {
  readonly request: http.ClientRequest;
  readonly watch: SilenceWatch;
  readonly idleTimeoutMs: number;
  readonly answer: Promise<unknown>;
}

/** So that a slow network still shows progress within the limit on silence. */
const LARGEST_WRITE = 256 * 1024;

/** Sends the body until its end, or until there is an answer or an error. */
async function send(
  body: HttpBody,
  { request, watch, idleTimeoutMs, answer }: SendOptions,
): Promise<void> {
  let over = false;
  const ended = answer.then(() => {}, () => {}).then(() => {
    over = true;
  });
  const source = body instanceof Uint8Array ? [body] : await body.open();
  for await (const chunk of source) {
    for (let start = 0; start < chunk.length && !over; start += LARGEST_WRITE) {
      if (request.write(chunk.subarray(start, start + LARGEST_WRITE))) continue;
      watch.expect(idleTimeoutMs);
      const drained = Promise.withResolvers<void>();
      request.once("drain", drained.resolve);
      await Promise.race([drained.promise, ended]);
      request.off("drain", drained.resolve);
      watch.rest();
    }
    if (over) return;
  }
  request.end();
}

interface StreamOptions extends Pick<SendOptions, "request" | "watch" | "idleTimeoutMs"> {
  readonly peer: string;
  readonly stopped: Stopped;
  readonly finish: () => void;
}

function streamBody(
  response: http.IncomingMessage,
  { request, watch, idleTimeoutMs, peer, stopped, finish }: StreamOptions,
): ReadableStream<Uint8Array> {
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const end = () => {
    finish();
    // A body that was not sent to its end leaves the connection useless.
    if (!request.writableEnded) request.destroy();
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        watch.goOn(idleTimeoutMs);
        const { done, value } = await chunks.next();
        watch.rest();
        watch.heard(value?.length ?? 0);
        if (stopped.reason !== undefined) throw stopped.reason;
        if (!done) {
          // Not as node's Buffer, whose slice() shares memory where a Uint8Array's copies.
          return controller.enqueue(
            new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
          );
        }
        end();
        controller.close();
      } catch (error) {
        end();
        throw stopped.reason ?? describeSocketError(error, peer);
      }
    },
    cancel() {
      finish();
      response.destroy();
      request.destroy();
    },
  }, { highWaterMark: 0 });
}

function joinHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter((entry): entry is [string, string | string[]] => entry[1] !== undefined)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}

function isBroken(error: unknown): boolean {
  return ["ECONNRESET", "EPIPE"].includes((error as { code?: string }).code ?? "");
}
