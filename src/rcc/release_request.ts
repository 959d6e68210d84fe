import { type HttpClient, type HttpResponse, Secret } from "../http/mod.ts";

/** Options of {@linkcode requestRelease}. */
export interface ReleaseRequestOptions {
  readonly http: HttpClient;
  readonly signal?: AbortSignal | undefined;
  readonly tries?: number;
  readonly method?: "GET" | "HEAD";
}

/** Asks for a file of a release. Credentials in its address go into a header, as curl does it. */
export async function requestRelease(
  url: URL,
  { http, ...options }: ReleaseRequestOptions,
): Promise<HttpResponse> {
  return await http.request(withoutCredentials(url), { ...options, headers: authorization(url) });
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
