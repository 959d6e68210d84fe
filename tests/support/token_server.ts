import { Buffer } from "node:buffer";
import { randomUUID, sign, X509Certificate } from "node:crypto";
import { bodyOf, type LoopbackServer, serveHttp } from "./loopback.ts";

/** Gives out tokens for registries. */
export interface TokenServer extends LoopbackServer {
  readonly realm: URL;
  readonly asked: readonly TokenRequest[];
  /** Whether a token that was given out covers the action. */
  allows(token: string, wanted: { readonly repository: string; readonly action: string }): boolean;
  /** Makes every token that was given out worthless. */
  expire(): void;
}

export interface TokenRequest {
  readonly method: string;
  /** Of the query, or of a POST's form. */
  readonly parameters: URLSearchParams;
  readonly authorization: string | undefined;
}

/** Options of {@linkcode serveTokens}. */
export interface TokenServerOptions {
  /** `user:password` for GET with Basic. */
  readonly basic?: string;
  /** What POST must bring. */
  readonly identityToken?: string;
  /** Whether tokens to pull are given to anybody. */
  readonly anonymous?: boolean;
  /** In seconds. */
  readonly life?: number;
  /** PEM texts: tokens are then JWT as docker-registry wants them, signed with an EC key. */
  readonly signer?: { readonly cert: string; readonly key: string };
}

/** Who signs and who is meant, as docker-registry's configuration has it. */
export const ISSUER = "rcc-oci-tests";
export const SERVICE = "tests";

export async function serveTokens(options: TokenServerOptions): Promise<TokenServer> {
  const asked: TokenRequest[] = [];
  const given = new Map<string, readonly string[]>();
  const server = await serveHttp(async (request, response) => {
    const { searchParams } = new URL(request.url!, "http://tokens");
    const form = new TextDecoder().decode(await bodyOf(request));
    const parameters = request.method === "POST" ? new URLSearchParams(form) : searchParams;
    const { authorization } = request.headers;
    const wanted = { method: request.method!, parameters, authorization };
    asked.push(wanted);
    const scopes = parameters.getAll("scope").flatMap((text) => text.split(" "));
    if (!mayHave(wanted, { ...options, scopes })) return void response.writeHead(401).end();
    const token = options.signer === undefined ? randomUUID() : jwt(scopes, options.signer);
    given.set(token, scopes);
    response.end(JSON.stringify({ token, expires_in: options.life ?? 300 }));
  });
  return {
    ...server,
    realm: new URL("/token", server.url),
    asked,
    allows: (token, { repository, action }) =>
      (given.get(token) ?? []).some((scope) => {
        const [, name, actions = ""] = /^repository:(.+):([a-z,]+)$/.exec(scope) ?? [];
        return name === repository && actions.split(",").includes(action);
      }),
    expire: () => given.clear(),
  };
}

function mayHave(
  { method, parameters, authorization }: TokenRequest,
  { basic, identityToken, anonymous = false, scopes }: TokenServerOptions & {
    readonly scopes: readonly string[];
  },
): boolean {
  if (method === "POST") {
    return identityToken !== undefined && parameters.get("grant_type") === "refresh_token" &&
      parameters.get("refresh_token") === identityToken;
  }
  if (authorization === undefined) return anonymous && scopes.every((scope) => !/push/.test(scope));
  return basic !== undefined &&
    authorization === `Basic ${Buffer.from(basic).toString("base64")}`;
}

/** https://distribution.github.io/distribution/spec/auth/jwt/ */
function jwt(
  scopes: readonly string[],
  { cert, key }: { readonly cert: string; readonly key: string },
): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const header = {
    typ: "JWT",
    alg: "ES256",
    x5c: [new X509Certificate(cert).raw.toString("base64")],
  };
  const claims = {
    iss: ISSUER,
    aud: SERVICE,
    sub: "me",
    nbf: now - 10,
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    access: scopes.map((scope) => {
      const [type, name, actions = ""] = scope.split(":");
      return { type, name, actions: actions.split(",") };
    }),
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}
