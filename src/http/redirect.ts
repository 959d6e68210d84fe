import { HttpError } from "./http_error.ts";
import type { HttpHeaders, HttpResponse } from "./message.ts";
import { Secret } from "./secret.ts";

/** Where a request goes next. */
export interface Redirected {
  readonly url: URL;
  readonly headers: HttpHeaders;
}

const KEEPS_METHOD = new Set([307, 308]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Options of {@linkcode redirectOf}. */
export interface RedirectOptions {
  readonly url: URL;
  readonly method: string;
  readonly headers: HttpHeaders;
  /** Whether the request must not leave its origin. */
  readonly isSecret?: boolean | undefined;
  /** Whether plain HTTP is allowed to a host. */
  readonly allowsPlain: (url: URL) => boolean;
}

/**
 * Where an answer sends a request, `undefined` when it is to be taken as it is: reading requests
 * follow every redirect, others those that keep method and body. Secrets stay with their host.
 *
 * @throws {HttpError} for a redirect that must not be followed.
 */
export function redirectOf(
  response: Pick<HttpResponse, "status" | "headers">,
  { url, method, headers, isSecret = false, allowsPlain }: RedirectOptions,
): Redirected | undefined {
  const reads = method === "GET" || method === "HEAD";
  if (!(reads ? REDIRECTS : KEEPS_METHOD).has(response.status)) return undefined;
  const { location } = response.headers;
  if (location === undefined) return undefined;
  const target = URL.parse(location, url);
  if (target === null || !/^https?:$/.test(target.protocol)) {
    throw new HttpError("redirect", `${url.host} redirected to something that is no web address`);
  }
  target.username = target.password = "";
  if (url.protocol === "https:" && target.protocol === "http:" && !allowsPlain(target)) {
    throw new HttpError(
      "redirect",
      `${url.host} redirected from https to plain HTTP at ${target.host}, which only --insecure-registry ${target.host} allows`,
    );
  }
  if (isSecret && target.origin !== url.origin) {
    throw new HttpError(
      "redirect",
      `${url.host} redirected a request with credentials to ${target.host}, which must not see them; check the registry's address`,
    );
  }
  return { url: target, headers: target.origin === url.origin ? headers : withoutSecrets(headers) };
}

const PRIVATE_HEADERS = new Set(["authorization", "cookie", "proxy-authorization"]);

function withoutSecrets(headers: HttpHeaders): HttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) =>
      !(value instanceof Secret) && !PRIVATE_HEADERS.has(name.toLowerCase())
    ),
  );
}
