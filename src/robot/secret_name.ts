import { basename } from "node:path/posix";

/**
 * Names under which keys, passwords and tokens are usually kept. Keys in text are not among them: a
 * private one is found by its content, and a public one may have any name.
 */
const SECRET_NAMES = [
  /^\.env(\..+)?$/,
  /\.(p12|pfx|jks|keystore|kdbx)$/,
  /^[._]netrc$/,
  /^\.(pypirc|npmrc|pgpass|htpasswd|git-credentials|dockercfg)$/,
  /^credentials(\.json|\.ya?ml|\.toml|\.ini)?$/,
  /^(client_secret|service[-_]account).*\.json$/,
  /^(secrets?|vault)\.(json|ya?ml|toml|ini)$/,
];

/** Endings of files that show what a `.env` looks like, without its secrets. */
const SAMPLE = /\.(example|sample|template|dist)$/;

/** Whether a file's name says that it holds a secret. */
export function isSecretName(path: string): boolean {
  const name = basename(path).toLowerCase();
  return !SAMPLE.test(name) && SECRET_NAMES.some((pattern) => pattern.test(name));
}
