import { platform } from "node:process";
import { type BackoffOptions, createBackoff } from "./backoff.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { connect, formatPeer, type Way } from "./connect.ts";
import { exchange } from "./exchange.ts";
import { describeSocketError, HttpError } from "./http_error.ts";
import { Lane, StaleConnection } from "./lane.ts";
import { discardBody, type HttpRequest, type HttpResponse } from "./message.ts";
import { isLoopback } from "./no_proxy.ts";
import { chooseProxy, type Environment, formatProxy } from "./proxy.ts";
import { redirectOf } from "./redirect.ts";
import { Secret } from "./secret.ts";
import { createTrust, defaultCertificateFolders, type TrustStore } from "./trust.ts";
import { proxyAuthorization } from "./tunnel.ts";

/** One client for every request. Its idle connections are closed when it is disposed of. */
export interface HttpClient extends Disposable {
  /**
   * Follows redirects, and tries again what may pass. Any status is an answer.
   *
   * @throws {HttpError} when there is none; the signal's reason; what the body's source throws.
   */
  request(url: URL, request?: HttpRequest): Promise<HttpResponse>;
  /**
   * The address of a host that was named without a protocol: `https://`, and `http://` for loopback
   * and insecure hosts that speak no TLS.
   */
  origin(host: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<URL>;
  /** Whether a host may be asked without encryption. */
  allowsPlain(url: URL): boolean;
  /** How often a request is tried. */
  readonly tries: number;
  /** Tells of a failed try and waits before the next, for those who try more than a request. */
  pause(failed: FailedTry): Promise<void>;
  readonly clock: Clock;
}

/** A try that failed, for {@linkcode HttpClient.pause}. */
export interface FailedTry {
  readonly method: string;
  readonly url: URL;
  /** In words: a status, or what broke. */
  readonly reason: string;
  /** Its number, from 1. */
  readonly failedTry: number;
  /** The value of a `Retry-After` header. */
  readonly retryAfter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A try that failed and will be followed by another. */
export interface HttpRetry {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** In words: a status, or what broke. */
  readonly reason: string;
  readonly failedTry: number;
  readonly tries: number;
  readonly pauseMs: number;
}

/** Options of {@linkcode createHttpClient}. All facts of the machine come in here. */
export interface HttpOptions extends BackoffOptions {
  /** Read for proxies, SSL_CERT_FILE and the home folder. */
  readonly environment?: Environment;
  /** PEM files of authorities (`--ca-cert`). */
  readonly authorityFiles?: readonly string[];
  /** Folders as docker's certs.d; those of docker and podman by default. */
  readonly certificateFolders?: readonly string[];
  /** Hosts, with or without port, that may have any certificate or none (`--insecure-registry`). */
  readonly insecureHosts?: readonly string[];
  /** The limit on connecting, 30 s by default. */
  readonly connectMs?: number;
  /** The limit on silence, 60 s by default. There is none on length. */
  readonly silenceMs?: number;
  readonly userAgent?: string;
  readonly onRetry?: (retry: HttpRetry) => void;
}

const MOST_REDIRECTS = 10;
const STATUSES_THAT_MAY_PASS = new Set([408, 429]);
const SERVER_ERRORS_THAT_STAY = new Set([501, 505]);

export function createHttpClient(options: HttpOptions = {}): HttpClient {
  const { environment = {}, insecureHosts = [], connectMs = 30_000, silenceMs = 60_000 } = options;
  const trust = createTrust({
    environment,
    authorityFiles: options.authorityFiles ?? [],
    certificateFolders: options.certificateFolders ??
      defaultCertificateFolders(environment, platform),
    insecureHosts,
  });
  const context: Context = {
    environment,
    trust,
    connectMs,
    silenceMs,
    userAgent: options.userAgent ?? "rcc-oci",
    lanes: new Map(),
  };
  const backoff = createBackoff(options);
  const origins = new Map<string, Promise<URL>>();
  const allowsPlain = (url: URL) => isLoopback(url.hostname) || trust.isInsecure(url);

  function pause({ method, url, reason, failedTry, retryAfter, signal }: FailedTry): Promise<void> {
    const { host, pathname: path } = url;
    const { tries } = backoff;
    const onPause = (pauseMs: number) =>
      options.onRetry?.({ method, host, path, reason, failedTry, tries, pauseMs });
    return backoff.pause(failedTry, { retryAfter, signal, onPause });
  }

  return {
    pause,
    tries: backoff.tries,
    clock: options.clock ?? SYSTEM_CLOCK,
    allowsPlain,
    async request(url, request = {}) {
      const { tries = backoff.tries, method = "GET", signal } = request;
      for (let attempt = 1;; attempt++) {
        const outcome = await follow(url, request, { ...context, allowsPlain })
          .catch((error: unknown) => {
            if (error instanceof HttpError) error.tries = attempt;
            if (!(error instanceof HttpError) || !error.mayPass || attempt >= tries) throw error;
            return error;
          });
        const failed = outcome instanceof HttpError || mayPass(outcome.status);
        if (!failed || attempt >= tries) return { ...outcome as HttpResponse, tries: attempt };
        if (!(outcome instanceof HttpError)) await discardBody(outcome);
        const isError = outcome instanceof HttpError;
        await pause({
          method,
          url,
          signal,
          reason: isError ? outcome.message : `status ${outcome.status}`,
          failedTry: attempt,
          retryAfter: isError ? undefined : outcome.headers["retry-after"],
        });
      }
    },
    origin(host, { signal } = {}) {
      let origin = origins.get(host);
      if (origin === undefined) {
        origins.set(host, origin = findOrigin(host, { ...context, allowsPlain, signal }));
        origin.catch(() => origins.delete(host));
      }
      return origin;
    },
    [Symbol.dispose]() {
      for (const lane of context.lanes.values()) lane.close();
      context.lanes.clear();
    },
  };
}

interface Context {
  readonly environment: Environment;
  readonly trust: TrustStore;
  readonly connectMs: number;
  readonly silenceMs: number;
  readonly userAgent: string;
  readonly lanes: Map<string, Lane>;
}

interface PlainContext extends Context {
  readonly allowsPlain: (url: URL) => boolean;
}

function mayPass(status: number): boolean {
  return STATUSES_THAT_MAY_PASS.has(status) ||
    (status >= 500 && status <= 599 && !SERVER_ERRORS_THAT_STAY.has(status));
}

/** One try: the request, and where it is redirected to. */
async function follow(
  start: URL,
  request: HttpRequest,
  context: PlainContext,
): Promise<Omit<HttpResponse, "tries">> {
  const { method = "GET" } = request;
  let url = start;
  let headers = request.headers ?? {};
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const answer = { ...await ask(url, { ...request, headers }, context), url };
    const { allowsPlain } = context;
    const next = await cancelOnError(
      answer,
      () => redirectOf(answer, { url, method, headers, allowsPlain }),
    );
    if (next === undefined) return answer;
    await discardBody(answer);
    ({ url, headers } = next);
  }
  throw new HttpError(
    "redirect",
    `${start.host} redirected more than ${MOST_REDIRECTS} times, check the registry's address`,
  );
}

async function cancelOnError<Result>(
  answer: { readonly body: ReadableStream },
  step: () => Result,
): Promise<Result> {
  try {
    return step();
  } catch (error) {
    await answer.body.cancel();
    throw error;
  }
}

async function ask(url: URL, request: HttpRequest, context: Context) {
  const { method = "GET", body, signal } = request;
  const lane = await laneFor(url, context);
  const { way } = lane;
  // Plain HTTP through an HTTP proxy: the proxy reads the request, with the whole address in it.
  const proxied = way.proxy !== undefined && !way.secure && way.proxy.protocol !== "socks5";
  const wanted = {
    lane,
    method,
    path: proxied ? `${url.origin}${url.pathname}${url.search}` : url.pathname + url.search,
    headers: {
      host: url.host,
      "user-agent": context.userAgent,
      ...(proxied ? proxyAuthorization(way.proxy!) : {}),
      ...revealed(request.headers ?? {}),
      ...contentLength(method, body),
    },
    body,
    peer: formatPeer(way),
    silenceMs: context.silenceMs,
    answerMs: request.answerMs ?? context.silenceMs,
    signal,
  };
  const limits = { limitMs: context.connectMs, signal };
  try {
    return await exchange({ ...wanted, socket: await lane.socket({ ...limits, fresh: false }) });
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    // Some of a body may have been taken: only a request that may be repeated goes again.
    if (body !== undefined && request.tries === 1) {
      throw describeSocketError({ code: "ECONNRESET" }, wanted.peer);
    }
    return await exchange({ ...wanted, socket: await lane.socket({ ...limits, fresh: true }) });
  }
}

/** Hosts that are reached differently have lanes of their own. */
async function laneFor(url: URL, context: Context): Promise<Lane> {
  const proxy = chooseProxy(url, context.environment);
  const key = `${url.origin} ${proxy === undefined ? "" : formatProxy(proxy)}`;
  const known = context.lanes.get(key);
  if (known !== undefined) return known;
  const lane = new Lane(await wayTo(url, context));
  context.lanes.set(key, lane);
  return lane;
}

async function wayTo(url: URL, { environment, trust }: Context): Promise<Way> {
  const secure = url.protocol === "https:";
  const proxy = chooseProxy(url, environment);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || (secure ? 443 : 80)),
    secure,
    trust: await trust.trustFor(url),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

function revealed(headers: Readonly<Record<string, string | Secret>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map((
      [name, value],
    ) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}

function contentLength(method: string, body: HttpRequest["body"]): Record<string, string> {
  if (body !== undefined) {
    return { "content-length": String(body instanceof Uint8Array ? body.length : body.size) };
  }
  return /^(?:POST|PUT|PATCH)$/.test(method) ? { "content-length": "0" } : {};
}

/** TLS first, as everybody does: a server that speaks none says so at once. */
async function findOrigin(
  host: string,
  context: PlainContext & { readonly signal: AbortSignal | undefined },
): Promise<URL> {
  const secure = new URL(`https://${host}`);
  if (!context.allowsPlain(secure)) return secure;
  try {
    const way = await wayTo(secure, context);
    const socket = await connect(way, { limitMs: context.connectMs, signal: context.signal });
    socket.on("error", () => {});
    socket.destroy();
    return secure;
  } catch (error) {
    if (!(error instanceof HttpError) || !["not-tls", "broken"].includes(error.trouble)) {
      throw error;
    }
    return new URL(`http://${host}`);
  }
}
