import { platform } from "node:process";
import { type BackoffOptions, createBackoff } from "./backoff.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { follow } from "./follow.ts";
import { HttpError } from "./http_error.ts";
import { ConnectionPool } from "./connection_pool.ts";
import { discardBody, type HttpRequest, type HttpResponse } from "./message.ts";
import { isLoopback } from "./no_proxy.ts";
import { findOrigin } from "./origin.ts";
import { RequestRate } from "./pace.ts";
import type { ProxyVariables } from "./proxy.ts";
import { createTrust, defaultCertificateFolders } from "./trust.ts";

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
  readonly environment?: ProxyVariables;
  /** PEM files of CA certificates (`--ca-cert`). */
  readonly caCertificateFiles?: readonly string[];
  /** Folders as docker's certs.d; those of docker and podman by default. */
  readonly certificateFolders?: readonly string[];
  /** Hosts, with or without port, that may have any certificate or none (`--insecure-registry`). */
  readonly insecureHosts?: readonly string[];
  /** The limit on connecting, 30 s by default. */
  readonly connectMs?: number;
  /** The limit on silence, 60 s by default. There is none on length. */
  readonly idleTimeoutMs?: number;
  readonly userAgent?: string;
  readonly onRetry?: (retry: HttpRetry) => void;
}

const TOO_MANY_REQUESTS = 429;
const STATUSES_THAT_MAY_PASS = new Set([408, TOO_MANY_REQUESTS]);
const SERVER_ERRORS_THAT_STAY = new Set([501, 505]);

export function createHttpClient(options: HttpOptions = {}): HttpClient {
  const { environment = {}, insecureHosts = [], connectMs = 30_000, idleTimeoutMs = 60_000 } =
    options;
  const trust = createTrust({
    environment,
    caCertificateFiles: options.caCertificateFiles ?? [],
    certificateFolders: options.certificateFolders ??
      defaultCertificateFolders(environment, platform),
    insecureHosts,
  });
  const allowsPlain = (url: URL) => isLoopback(url.hostname) || trust.isInsecure(url);
  const pool = new ConnectionPool({ environment, trust, connectMs });
  const backoff = createBackoff(options);
  const origins = new Map<string, Promise<URL>>();
  const clock = options.clock ?? SYSTEM_CLOCK;
  const paces = new Map<string, RequestRate>();
  const paceOf = ({ origin }: URL) => {
    let pace = paces.get(origin);
    if (pace === undefined) paces.set(origin, pace = new RequestRate(clock));
    return pace;
  };
  const followOptions = {
    pool,
    allowsPlain,
    idleTimeoutMs,
    userAgent: options.userAgent ?? "rcc-oci",
  };

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
    clock,
    allowsPlain,
    async request(url, request = {}) {
      const { tries = backoff.tries, method = "GET", signal } = request;
      for (let attempt = 1;; attempt++) {
        const failed = (reason: string, retryAfter?: string) =>
          pause({ method, url, reason, failedTry: attempt, retryAfter, signal });
        const pace = paceOf(url);
        const sentAt = await pace.turn(signal);
        try {
          const answer = await follow(url, request, followOptions);
          if (answer.status === TOO_MANY_REQUESTS) pace.slow(sentAt);
          if (attempt >= tries || !mayPass(answer.status)) return { ...answer, tries: attempt };
          await discardBody(answer);
          await failed(`status ${answer.status}`, answer.headers["retry-after"]);
        } catch (error) {
          if (!(error instanceof HttpError)) throw error;
          error.tries = attempt;
          if (attempt >= tries || !error.mayPass) throw error;
          await failed(error.message);
        }
      }
    },
    origin(host, { signal } = {}) {
      let origin = origins.get(host);
      if (origin === undefined) {
        origins.set(host, origin = findOrigin(host, { pool, allowsPlain, signal }));
        origin.catch(() => origins.delete(host));
      }
      return origin;
    },
    [Symbol.dispose]: () => pool.close(),
  };
}

function mayPass(status: number): boolean {
  return STATUSES_THAT_MAY_PASS.has(status) ||
    (status >= 500 && status <= 599 && !SERVER_ERRORS_THAT_STAY.has(status));
}
