import { Buffer } from "node:buffer";
import {
  discardBody,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  readBody,
  Secret,
  unaskedEncoding,
} from "../http/mod.ts";
import { parseObject } from "../oci/mod.ts";
import type { Challenge } from "./challenge.ts";
import type { Credential } from "./credential.ts";

/** What a token server gave. */
export interface Token {
  /** The header's value that shows it. */
  readonly authorization: Secret;
  /** Milliseconds since 1970 from which on it should not be used. */
  readonly staleAt: number;
}

/** Options of {@linkcode fetchToken}. */
export interface TokenOptions {
  readonly http: HttpClient;
  readonly challenge: Extract<Challenge, { readonly scheme: "bearer" }>;
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
  /** The registry that named the token server. */
  readonly namedBy: URL;
  readonly signal: AbortSignal | undefined;
}

const CLIENT = "rcc-oci";
const LARGEST_ANSWER = 1024 * 1024;
/** What a token lives for when the server does not say, and the least that is believed. */
const SHORTEST_LIFE_S = 60;
const MARGIN_MS = 10_000;

/**
 * Asks the token server of a challenge: by GET, with the password as Basic, or by POST with an
 * identity token; anonymously without a credential. An answer other than 2xx is returned as it is.
 *
 * https://distribution.github.io/distribution/spec/auth/token/ and
 * https://distribution.github.io/distribution/spec/auth/oauth/
 *
 * @throws {SyntaxError} when the answer holds no token.
 */
export async function fetchToken(options: TokenOptions): Promise<Token | HttpResponse> {
  const { http, challenge: { realm }, credential, namedBy, signal } = options;
  const askedAt = http.clock.now();
  const more = { namedBy, isSecret: credential !== undefined, signal };
  const response = credential?.kind === "identity-token"
    ? await http.request(realm, { ...postRequest(options, credential), ...more })
    : await http.request(getAddress(options), { headers: basicHeader(credential), ...more });
  if (response.status < 200 || response.status > 299) return response;
  const encoding = unaskedEncoding(response);
  if (encoding !== "") {
    await discardBody(response);
    throw new SyntaxError(`expected a JSON object as it is${encoding}`);
  }
  const value = parseObject(await readBody(response, LARGEST_ANSWER));
  const token = [value.token, value.access_token].find((text) =>
    typeof text === "string" && /^[\x21-\x7e]+$/.test(text)
  );
  if (token === undefined) throw new SyntaxError(`expected a text "token" or "access_token"`);
  const life = typeof value.expires_in === "number" ? value.expires_in : SHORTEST_LIFE_S;
  return {
    authorization: new Secret(`Bearer ${token}`),
    staleAt: askedAt + Math.max(life, SHORTEST_LIFE_S) * 1000 - MARGIN_MS,
  };
}

/** The header that shows a password; none without one. */
export function basicHeader(credential: Credential | undefined): { authorization?: Secret } {
  if (credential === undefined || credential.kind !== "password") return {};
  const pair = `${credential.username}:${credential.secret.reveal()}`;
  return { authorization: new Secret(`Basic ${Buffer.from(pair).toString("base64")}`) };
}

function getAddress({ challenge: { realm, service }, scopes, credential }: TokenOptions): URL {
  const address = new URL(realm);
  if (service !== undefined) address.searchParams.set("service", service);
  for (const scope of scopes) address.searchParams.append("scope", scope);
  address.searchParams.set("client_id", CLIENT);
  if (credential !== undefined) address.searchParams.set("account", credential.username);
  return address;
}

function postRequest(
  { challenge: { service }, scopes }: TokenOptions,
  { secret }: Credential,
): HttpRequest {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: CLIENT,
    ...(service === undefined ? {} : { service }),
    scope: scopes.join(" "),
    refresh_token: secret.reveal(),
  });
  return {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new TextEncoder().encode(form.toString()),
  };
}
