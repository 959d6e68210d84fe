import {
  discardBody,
  type HttpClient,
  HttpError,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  Secret,
} from "../http/mod.ts";
import { type Challenge, parseChallenge } from "./challenge.ts";
import type { Credentials } from "./credential.ts";
import type { Endpoint } from "./place.ts";
import {
  type Asked,
  type Purpose,
  refusal,
  registryFailure,
  troubleFailure,
} from "./registry_failure.ts";
import { mergeScopes, type Scope } from "./scope.ts";
import { basicHeader, fetchToken, type Token } from "./token.ts";

/** A request to a registry. */
export interface AuthorizedRequest extends HttpRequest {
  readonly place: Endpoint;
  readonly purpose: Purpose;
  /** From `/v2/` on, or a whole address that the registry gave. */
  readonly target: string | URL;
  readonly scopes: readonly Scope[];
  /**
   * After a 401 the token is renewed, and the request sent again. False: the 401 is the answer, with
   * the token renewed, for a body that cannot go twice.
   */
  readonly repeatAfterLogin?: boolean;
}

/** An answer, and what is needed to say why it is not the right one. */
export interface RegistryAnswer extends HttpResponse {
  readonly asked: Asked;
}

/** Sends requests with what the registry wants to be shown. */
export interface AuthorizedRequests {
  /** @throws {Failure} when there is no answer, or no token. */
  send(request: AuthorizedRequest): Promise<RegistryAnswer>;
}

/** Options of {@linkcode createAuthorizedRequests}. */
export interface AuthorizedOptions {
  readonly http: HttpClient;
  readonly credentials: Credentials;
}

/**
 * Learns from the first 401 of a host what it wants, and shows it from then on. Tokens are kept by
 * host and scopes, and renewed before they are stale or when the registry refuses them. Only the
 * host itself sees them: an upload's address on another host is asked without.
 */
export function createAuthorizedRequests(options: AuthorizedOptions): AuthorizedRequests {
  const state: State = { ...options, challenges: new Map(), tokens: new Map() };
  return {
    async send(request) {
      const { place, purpose, target, method = "GET", signal } = request;
      const found = await options.credentials.find(place, { signal });
      const base = await originOf(state, request);
      const url = new URL(target, base);
      const asked = { purpose, place, method, url, found };
      const own = url.origin === base.origin;
      for (let attempt = 1;; attempt++) {
        const authorization = own ? await authorize(state, { request, asked }) : undefined;
        const headers: HttpHeaders = {
          ...request.headers,
          ...(authorization === undefined ? {} : { authorization }),
        };
        const response = await withErrorContext(
          asked,
          () => options.http.request(url, { ...request, headers, namedBy: base }),
        );
        const answer = { ...response, asked };
        if (response.status !== 401 || !own || response.url.origin !== url.origin) return answer;
        const learned = await learn(state, { answer, shown: authorization });
        if (!learned || attempt > 1) return answer;
        if (request.repeatAfterLogin === false) {
          await authorize(state, { request, asked });
          return answer;
        }
        await discardBody(response);
      }
    },
  };
}

interface State extends AuthorizedOptions {
  readonly challenges: Map<string, Challenge>;
  readonly tokens: Map<string, Promise<Token>>;
}

async function originOf({ http }: State, request: AuthorizedRequest): Promise<URL> {
  const { place, purpose, method = "GET", signal } = request;
  const url = new URL(`https://${place.host}${pathOf(request.target)}`);
  return await withErrorContext(
    { purpose, method, url },
    () => http.origin(place.host, { signal }),
  );
}

function pathOf(target: string | URL): string {
  return target instanceof URL ? target.pathname : target;
}

async function withErrorContext<Result>(
  asked: Pick<Asked, "purpose" | "method" | "url">,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof HttpError ? troubleFailure(error, asked) : error;
  }
}

interface AuthorizeOptions {
  readonly request: AuthorizedRequest;
  readonly asked: Asked;
}

/** The header's value for a repository whose wishes are known; `undefined` before that. */
async function authorize(
  state: State,
  { request, asked }: AuthorizeOptions,
): Promise<Secret | undefined> {
  const challenge = state.challenges.get(challengeKey(asked));
  if (challenge === undefined) return undefined;
  const { credential } = asked.found;
  if (credential?.kind === "registry-token") {
    return new Secret(`Bearer ${credential.secret.reveal()}`);
  }
  if (challenge.scheme === "basic") return basicHeader(credential).authorization;
  const scopes = mergeScopes(request.scopes, challenge.scope);
  const key = `${challengeKey(asked)} ${scopes.join(" ")}`;
  const known = state.tokens.get(key);
  const token = await known;
  if (token !== undefined && token.staleAt > state.http.clock.now()) return token.authorization;
  // Of several requests that wait, the first gets a new one for all.
  let fresh = state.tokens.get(key);
  if (fresh === known || fresh === undefined) {
    fresh = requestToken(state, { challenge, scopes, asked, signal: request.signal });
    state.tokens.set(key, fresh);
    fresh.catch(() => state.tokens.delete(key));
  }
  return (await fresh).authorization;
}

function challengeKey({ url, place }: Asked): string {
  return `${url.origin} ${place.repository}`;
}

interface RequestTokenOptions {
  readonly challenge: Extract<Challenge, { readonly scheme: "bearer" }>;
  readonly scopes: readonly string[];
  readonly asked: Asked;
  readonly signal: AbortSignal | undefined;
}

async function requestToken(
  { http }: State,
  { challenge, scopes, asked, signal }: RequestTokenOptions,
): Promise<Token> {
  const { realm } = challenge;
  const { place, purpose, found: { credential } } = asked;
  const atRealm = {
    ...asked,
    url: realm,
    method: credential?.kind === "identity-token" ? "POST" : "GET",
  };
  // A registry on plain HTTP was allowed by its name, which says nothing of other hosts.
  const isSameHost = asked.url.protocol === "http:" && asked.url.hostname === realm.hostname;
  if (realm.protocol === "http:" && !isSameHost && !http.allowsPlain(realm)) {
    throw registryFailure("base/registry-answer", purpose, {
      met: `registry ${place.host} sends to ${realm.host} for tokens without encryption`,
      cure: `allow it with --insecure-registry ${realm.host}`,
    });
  }
  const result = await withErrorContext(
    atRealm,
    () =>
      readOrBlame(
        atRealm,
        () => fetchToken({ http, challenge, scopes, credential, namedBy: asked.url, signal }),
      ),
  );
  if ("authorization" in result) return result;
  throw await refusal(result, atRealm);
}

/** An answer of another form than the specification's is the registry's fault. */
async function readOrBlame<Result>(
  { purpose, method, url }: Asked,
  read: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    throw registryFailure("base/registry-answer", purpose, {
      met: `${url.host} answered ${method} ${url.pathname} with something that cannot be read`,
      cure: error.message,
      cause: error,
    });
  }
}

interface LearnOptions {
  readonly answer: RegistryAnswer;
  /** What was shown, and refused. */
  readonly shown: Secret | undefined;
}

/** Takes in what a 401 asks for. False: another try would be the same. */
async function learn(state: State, { answer, shown }: LearnOptions): Promise<boolean> {
  const { asked } = answer;
  const key = challengeKey(asked);
  const challenge = await readOrBlame(
    asked,
    () => parseChallenge(answer.headers["www-authenticate"] ?? ""),
  );
  if (challenge === undefined) return false;
  state.challenges.set(key, challenge);
  if (challenge.scheme === "basic") {
    return shown === undefined && asked.found.credential?.kind === "password";
  }
  for (const [name, promise] of state.tokens) {
    const token = await promise.catch(() => undefined);
    if (token?.authorization === shown) state.tokens.delete(name);
  }
  return true;
}
