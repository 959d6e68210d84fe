import { addAbortSignal } from "node:stream";
import process from "node:process";
import { concat } from "../bytes/mod.ts";
import { Failure } from "../failure/mod.ts";
import { createHttpClient, type HttpClient, Secret } from "../http/mod.ts";
import { createRegistryClient, type RegistryClient } from "./client.ts";
import {
  createCredentials,
  credentialsFromEnvironment,
  type CredentialsOptions,
} from "./find_credentials.ts";
import type { Mirror } from "./place.ts";

/** A client for all registries of one command. Disposing closes its connections. */
export interface Registries extends Disposable {
  readonly client: RegistryClient;
  readonly http: HttpClient;
}

/** What a user says of the connections to registries. */
export interface ConnectionOptions {
  /** With it, the password is read from standard input. */
  readonly username?: string;
  readonly caCertificateFiles: readonly string[];
  readonly insecureHosts: readonly string[];
  readonly mirrors: readonly Mirror[];
}

/** Options of {@linkcode connectRegistries}. */
export interface ConnectOptions extends ConnectionOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Where uploads that were cut are remembered. */
  readonly cacheDirectory: string;
  /** Those that credentials given by hand are for. */
  readonly registries: readonly string[];
  /** Told of each request that is tried again. */
  readonly onDetail: (line: string) => void;
}

/** Nothing is connected yet: that happens when something is asked. */
export async function connectRegistries(options: ConnectOptions): Promise<Registries> {
  const { env, caCertificateFiles, insecureHosts, mirrors, cacheDirectory, onDetail } = options;
  const http = createHttpClient({
    environment: env,
    caCertificateFiles,
    insecureHosts,
    onRetry: ({ method, host, path, reason, failedTry, tries, pauseMs }) =>
      onDetail(
        `${method} ${path} at ${host}: ${reason}, try ${failedTry} of ${tries}, ` +
          `again in ${Math.round(pauseMs / 100) / 10} s`,
      ),
  });
  const explicit = await explicitCredentials(options);
  const client = createRegistryClient({
    http,
    credentials: createCredentials({ environment: env, ...explicit }),
    cacheDirectory,
    mirrors,
  });
  return { client, http, [Symbol.dispose]: () => http[Symbol.dispose]() };
}

async function explicitCredentials(
  { username, env, signal, registries }: ConnectOptions,
): Promise<Pick<CredentialsOptions, "explicit">> {
  if (username === undefined) {
    const found = credentialsFromEnvironment(env, registries);
    if (found.explicit !== undefined) requireOneRegistry(registries, found.explicit.source);
    return found;
  }
  const source = "--username and --password-stdin";
  requireOneRegistry(registries, source);
  const input = await readPassword(addAbortSignal(signal, process.stdin));
  const password = input.replace(/\r?\n$/, "");
  if (password === "") {
    throw new Failure(
      "usage/option",
      "failed to read --password-stdin: standard input is empty, pipe the password into it",
    );
  }
  return { explicit: { registries, username, password: new Secret(password), source } };
}

/** In bytes. Tokens of clouds have a few thousand. */
const LONGEST_PASSWORD = 1024 * 1024;

async function readPassword(stdin: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= LONGEST_PASSWORD) continue;
    throw new Failure(
      "usage/option",
      `failed to read --password-stdin: there are more than ${LONGEST_PASSWORD} bytes, pipe the ` +
        "password alone into it",
    );
  }
  return new TextDecoder().decode(concat(chunks));
}

/** One registry must not learn the password of another. @throws {Failure} */
function requireOneRegistry(registries: readonly string[], source: string): void {
  if (registries.length < 2) return;
  const names = registries.map((name) => `"${name}"`).join(" and ");
  throw new Failure(
    "usage/option",
    `failed to use ${source} for ${names}: a password is for one registry, log in to them with ` +
      "`docker login` instead",
  );
}
