import { Buffer } from "node:buffer";
import { readFileText } from "../files/mod.ts";
import { isObject } from "../oci/mod.ts";
import { Secret } from "../http/mod.ts";
import type { Credential } from "./credential.ts";

/**
 * A file of credentials: docker's config.json or podman's auth.json.
 * https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties and
 * https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export interface AuthFile {
  /** How errors name it. */
  readonly source: string;
  readonly entries: readonly AuthEntry[];
  /** Helpers by registry: the part of a program's name after `docker-credential-`. */
  readonly helpers: Readonly<Record<string, string>>;
  /** The helper for all other registries. */
  readonly store?: string;
}

const SIZE_LIMIT = 16 * 1024 * 1024;

/** One entry of `auths`. */
export interface AuthEntry {
  /** The key as written, for helpers: `https://index.docker.io/v1/`. */
  readonly key: string;
  /** Registry, or registry and the start of a repository, in the form of references. */
  readonly scope: string;
  readonly credential: Credential;
}

/**
 * Reads such a file; `undefined` when there is none.
 *
 * @throws {SyntaxError} when it is of another form, {RangeError} when it is no file or larger than
 * 16 MiB, the system's error when it may not be read.
 */
export async function readAuthFile(path: string, source: string): Promise<AuthFile | undefined> {
  let text: string;
  try {
    text = await readFileText(path, { limit: SIZE_LIMIT });
  } catch (error) {
    if (/^(?:ENOENT|ENOTDIR)$/.test((error as { code?: string }).code ?? "")) return undefined;
    throw error;
  }
  return parseAuthFile(text, source);
}

/** Reads the text of such a file, as DOCKER_AUTH_CONFIG has it too. @throws {SyntaxError} */
export function parseAuthFile(text: string, source: string): AuthFile {
  if (text.trim() === "") return { source, entries: [], helpers: {} };
  const value = parseJson(text);
  if (!isObject(value)) throw new SyntaxError("expected a JSON object");
  return {
    source,
    entries: Object.entries(isObject(value.auths) ? value.auths : {}).flatMap(([key, auth]) => {
      const credential = isObject(auth) ? readCredential(auth, source) : undefined;
      return credential === undefined ? [] : [{ key, scope: normalScope(key), credential }];
    }),
    helpers: Object.fromEntries(
      Object.entries(isObject(value.credHelpers) ? value.credHelpers : {})
        .filter((entry): entry is [string, string] => typeof entry[1] === "string")
        .map(([key, helper]) => [normalScope(key), helper]),
    ),
    ...(typeof value.credsStore === "string" && value.credsStore !== ""
      ? { store: value.credsStore }
      : {}),
  };
}

/** The entry whose scope is the longest that the repository lies in. */
export function findEntry(
  { entries }: AuthFile,
  { registry, repository }: { readonly registry: string; readonly repository: string },
): AuthEntry | undefined {
  const name = `${registry}/${repository}`;
  return entries
    .filter(({ scope }) => name === scope || name.startsWith(`${scope}/`))
    .sort((a, b) => b.scope.length - a.scope.length)[0];
}

/** The helper for a registry, the store for all where it has none of its own. */
export function findHelper(
  { helpers, store }: AuthFile,
  registry: string,
): string | undefined {
  return helpers[registry] ?? store;
}

/** `https://index.docker.io/v1/` and its like as references write them: `docker.io`. */
export function normalScope(key: string): string {
  const name = key.replace(/^https?:\/\//, "").replace(/\/+$/, "").replace(/\/v[12]$/, "");
  return name.replace(/^(?:index|registry-1)\.docker\.io(?=$|\/)/, "docker.io");
}

/** A JSON parser's error quotes the text, which holds secrets: its position is enough. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError("expected JSON");
  }
}

function readCredential(
  auth: Record<string, unknown>,
  source: string,
): Credential | undefined {
  const text = (name: string) => typeof auth[name] === "string" ? auth[name] as string : "";
  const pair = Buffer.from(text("auth"), "base64").toString("utf8").replace(/\0+$/, "");
  const colon = pair.indexOf(":");
  const username = colon < 0 ? text("username") : pair.slice(0, colon);
  const password = colon < 0 ? text("password") : pair.slice(colon + 1);
  const registryToken = text("registrytoken");
  if (registryToken !== "") {
    return { source, username, kind: "registry-token", secret: new Secret(registryToken) };
  }
  const token = text("identitytoken");
  if (token !== "") return { source, username, kind: "identity-token", secret: new Secret(token) };
  if (username === "" || password === "") return undefined;
  return asCredential({ source, username, password });
}

/** The user name `<token>` says that the password is an identity token. */
export function asCredential(
  { source, username, password }: {
    readonly source: string;
    readonly username: string;
    readonly password: string;
  },
): Credential {
  const kind = username === "<token>" ? "identity-token" : "password";
  return { source, username, kind, secret: new Secret(password) };
}
