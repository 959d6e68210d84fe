import { type HttpClient, HttpError, type HttpResponse, Secret } from "../http/mod.ts";

/** Options of {@linkcode requestRelease}. */
export interface ReleaseRequestOptions {
  readonly http: HttpClient;
  readonly signal?: AbortSignal | undefined;
  readonly method?: "GET" | "HEAD";
}

/** Asks for a file of a release. Credentials in its address go into a header, as curl does it. */
export async function requestRelease(
  url: URL,
  { http, ...options }: ReleaseRequestOptions,
): Promise<HttpResponse> {
  return await http.request(withoutCredentials(url), { ...options, headers: authorization(url) });
}

/**
 * Asks for a file of a release and has its answer read. The client has tried often enough to get an
 * answer; one that breaks off is asked for again here.
 *
 * @throws {HttpError} when the request failed.
 */
export async function readingRelease<Result>(
  url: URL,
  options: ReleaseRequestOptions,
  read: (response: HttpResponse) => Promise<Result>,
): Promise<Result> {
  const { http, signal, method = "GET" } = options;
  for (let failedTry = 1;; failedTry++) {
    try {
      return await read(await requestRelease(url, options));
    } catch (error) {
      if (signal?.aborted || !(error instanceof HttpError)) throw error;
      if (!error.mayPass || error.tries > 1 || failedTry >= http.tries) throw error;
      await http.pause({ method, url, reason: error.message, failedTry, signal });
    }
  }
}

function withoutCredentials(url: URL): URL {
  const other = new URL(url);
  other.username = other.password = "";
  return other;
}

function authorization({ username, password }: URL): { readonly authorization?: Secret } {
  if (username === "" && password === "") return {};
  const pair = new TextEncoder().encode([username, password].map(decodeURIComponent).join(":"));
  return { authorization: new Secret(`Basic ${btoa(String.fromCharCode(...pair))}`) };
}
