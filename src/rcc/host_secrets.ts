import { existsSync } from "node:fs";
import { Secret } from "../http/mod.ts";
import { addressCredentials, addressTokens, addressUsers, isPlaceholder } from "./addresses.ts";
import { netrcPasswords } from "./netrc.ts";

/** Something of the host that must be found nowhere: not in what is printed, not in the image. */
export interface HostSecret {
  /** Where it is from: the variable's name, or `netrc`. */
  readonly name: string;
  readonly value: Secret;
}

/** Options of {@linkcode hostSecrets}. */
export interface HostSecretsOptions {
  /** The text of the user's netrc, see `readNetrc`. */
  readonly netrc?: string | undefined;
  /** Whether a file is there: its path is no secret, though the variable's name sounds so. */
  readonly exists?: (path: string) => boolean;
}

const SECRET_NAME =
  /TOKEN|PASSW|PASSPHRASE|(?:^|_)(?:PASS|PAT)(?:$|_)|[^_]_PWD$|SECRET|CREDENTIAL|KEY|AUTHORIZATION|(?:^|_)AUTH$/i;

/** A public key is not secret, whatever else its name says. */
const PUBLIC_NAME = /PUB(?:LIC)?_?KEY/i;

/** Shorter ones stand in any file by chance. In characters. */
const SHORTEST_NAMED = 6;
const SHORTEST_SURE = 4;

/**
 * The secret values of the host: of variables that are named like one, the names and passwords in the
 * addresses of any variable (`PIP_INDEX_URL`, `HTTPS_PROXY`), tokens of private channels, and netrc.
 */
export function hostSecrets(
  env: Readonly<Record<string, string | undefined>>,
  { netrc = "", exists = existsSync }: HostSecretsOptions = {},
): readonly HostSecret[] {
  const found = new Map<string, string>();
  const keep = (name: string, text: string, shortest = SHORTEST_SURE) => {
    const isTelling = text.length >= shortest && !isPlaceholder(text) && !TRIVIAL.test(text);
    if (isTelling && !found.has(text)) found.set(text, name);
  };
  for (const [name, given] of Object.entries(env)) {
    const value = (given ?? "").trim();
    for (const part of addressParts(value)) keep(name, part);
    const isPath = /^(?:\/|~\/|[A-Za-z]:[\\/])/.test(value) && exists(value);
    const isSecret = SECRET_NAME.test(name) && !PUBLIC_NAME.test(name);
    if (isSecret && !isPath) keep(name, value, SHORTEST_NAMED);
  }
  for (const password of netrcPasswords(netrc)) keep("netrc", password);
  return [...found].map(([text, name]) => ({ name, value: new Secret(text) }));
}

/** Words and numbers that programs are told by such variables. */
const TRIVIAL = /^(?:true|false|none|null|auto|default|enabled?|disabled?|[0-9]{1,7})$/i;

/** What of a value is secret because of where it stands in an address, decoded too. */
function addressParts(value: string): readonly string[] {
  const written = [
    ...addressCredentials(value).map(({ password }) => password),
    ...addressUsers(value).filter((user) => user.length >= SHORTEST_TOKEN),
    ...addressTokens(value),
  ];
  return written.flatMap((part) => [part, decoded(part)]);
}

/** A name that stands alone in an address is a person's when it is shorter: `git@github.com`. */
const SHORTEST_TOKEN = 16;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The ways in which a secret may be written: as it is, in an address, in JSON. */
export function secretForms({ value }: HostSecret): readonly string[] {
  const text = value.reveal();
  const json = JSON.stringify(text).slice(1, -1);
  return [
    ...new Set([
      text,
      encodeURIComponent(text.toWellFormed()),
      encodeURI(text.toWellFormed()),
      json,
    ]),
  ];
}
