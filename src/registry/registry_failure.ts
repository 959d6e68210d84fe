import { Failure, type FailureId } from "../failure/mod.ts";
import { discardBody, type HttpError, type HttpResponse, readBody } from "../http/mod.ts";
import { isObject, parseObject } from "../oci/mod.ts";
import type { FoundCredential } from "./credential.ts";
import type { Endpoint } from "./place.ts";

/** What was to be done, for errors. */
export interface Purpose {
  readonly action: "pull" | "push";
  /** The full reference of the image. */
  readonly subject: string;
}

/** A request as errors name it. */
export interface Asked {
  readonly purpose: Purpose;
  readonly place: Endpoint;
  readonly method: string;
  readonly url: URL;
  /** The credential that was shown, and what kept others from being found. */
  readonly found: FoundCredential;
}

/** A failure: `failed to push "ghcr.io/acme/bot:1": <what was met>; <what would have worked>`. */
export function registryFailure(
  id: FailureId,
  { action, subject }: Purpose,
  { met, cure, cause, details }: {
    readonly met: string;
    readonly cure: string;
    readonly cause?: unknown;
    readonly details?: readonly string[];
  },
): Failure {
  return new Failure(id, `failed to ${action} "${subject}": ${met}; ${cure}`, {
    ...(cause === undefined ? {} : { cause }),
    ...(details === undefined ? {} : { details }),
  });
}

/** A request that got no answer. */
export function troubleFailure(
  error: HttpError,
  { purpose: { action, subject }, method, url }: Pick<Asked, "purpose" | "method" | "url">,
): Failure {
  const tries = error.tries > 1 ? ` (${error.tries} tries)` : "";
  return new Failure(
    "base/registry-connection",
    `failed to ${action} "${subject}": ${method} ${
      describeUrl(url)
    } request failed${tries}: ${error.message}`,
    { cause: error },
  );
}

/** An answer that is not the one that was hoped for. Its body is read for what it says. */
export async function refusal(response: HttpResponse, asked: Asked): Promise<Failure> {
  const { status, tries } = response;
  const { method, url, purpose, found } = asked;
  const said = await readErrors(response, found);
  const often = tries > 1 ? ` (${tries} tries)` : "";
  const codes = said.length > 0 ? ` (${said.map(({ code }) => code).join(", ")})` : "";
  const { id, cure } = cureFor(status, asked);
  return registryFailure(id, purpose, {
    met: `registry ${url.host} answered ${status}${codes} to ${method} ${url.pathname}${often}`,
    cure,
    details: [
      ...said.flatMap(({ message }) => message === "" ? [] : [`registry said: ${message}`]),
      describeFound(found),
      ...found.notes,
    ],
  });
}

/** Credentials of an option or a variable: no login changes them, and none of a file is asked for. */
const GIVEN = /^(?:--|[A-Z])/;

function cureFor(
  status: number,
  asked: Asked,
): { readonly id: FailureId; readonly cure: string } {
  const { purpose: { action }, place: { registry, repository }, found: { credential, notes } } =
    asked;
  const login = `\`docker login${registry === "docker.io" ? "" : ` ${registry}`}\``;
  const hindrance = notes.length > 0 ? ` (${notes.join("; ")})` : "";
  switch (status) {
    case 401:
      return {
        id: "base/registry-denied",
        cure: credential === undefined
          ? `no credentials were found${hindrance}, log in with ${login}`
          : `the credentials of ${credential.source} were refused, ` +
            (GIVEN.test(credential.source) ? "correct them" : `log in again with ${login}`),
      };
    case 403:
      return {
        id: "base/registry-denied",
        cure: credential === undefined
          ? `no credentials were found${hindrance}, log in with ${login}`
          : `the credentials of ${credential.source} give no right to ${action} there, ask for it or log in as somebody who has it`,
      };
    case 404:
      return action === "pull"
        ? {
          id: "base/not-found",
          cure: asked.url.pathname.includes("/blobs/")
            ? "the image there lacks a part, push it again or name another"
            : "check the image's name and tag",
        }
        : {
          id: "base/registry-answer",
          cure: `check the name, or create the repository ${repository} there first`,
        };
    case 413:
      return {
        id: "base/registry-answer",
        cure:
          "have the limit on the size of requests raised there, or in a proxy before it (nginx: client_max_body_size)",
      };
    case 429:
      return {
        id: "base/registry-busy",
        cure: credential === undefined
          ? `try again later, or log in with ${login} for a higher limit`
          : "try again later",
      };
  }
  if (status >= 500) return { id: "base/registry-busy", cure: "try again later" };
  return { id: "base/registry-answer", cure: "check the registry's address and what it supports" };
}

/** Which credential was shown, in words. */
function describeFound({ credential }: FoundCredential): string {
  if (credential === undefined) return "no credentials were shown";
  const { username, source } = credential;
  return `credentials shown: ${
    username ? `user ${JSON.stringify(username)}` : "a token"
  } of ${source}`;
}

/** Without what may be secret: query, user and password. */
function describeUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

interface RegistryError {
  readonly code: string;
  readonly message: string;
}

const LARGEST_ERROR_BODY = 64 * 1024;

/**
 * What the registry says in its own words: codes of capital letters, and messages with nothing in
 * them that looks like a token.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes
 */
async function readErrors(
  response: HttpResponse,
  found: FoundCredential,
): Promise<readonly RegistryError[]> {
  try {
    const { errors } = parseObject(await readBody(response, LARGEST_ERROR_BODY));
    if (!Array.isArray(errors)) return [];
    return errors.slice(0, 5).filter(isObject)
      .filter((error) => typeof error.code === "string" && /^[A-Z][A-Z_]{1,63}$/.test(error.code))
      .map(({ code, message }) => ({
        code: code as string,
        message: typeof message === "string" ? withoutTokens(withoutSecret(message, found)) : "",
      }));
  } catch {
    await discardBody(response);
    return [];
  }
}

/** What a registry says, without the secret that it was shown. */
export function withoutSecret(text: string, { credential }: FoundCredential): string {
  const secret = credential?.secret.reveal();
  return secret ? text.replaceAll(secret, "***") : text;
}

/** One line, cut short; long runs of letters and digits, and what follows an authorization, are left out. */
function withoutTokens(message: string): string {
  return message
    .replace(/\p{Cc}+/gu, " ")
    .replace(/\b(basic|bearer)\s+\S+/gi, "$1 ***")
    .replace(/(?<!sha256:)[A-Za-z0-9+/=_.-]{40,}/g, "***")
    .slice(0, 300);
}
