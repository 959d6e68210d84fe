import { join } from "node:path";
import { type Environment, Secret } from "../http/mod.ts";
import { type AuthFile, findEntry, findHelper, readAuthFile } from "./auth_file.ts";
import type { Credential, Credentials, Found } from "./credential.ts";
import { askHelper } from "./credential_helper.ts";

/** Options of {@linkcode createCredentials}. */
export interface CredentialsOptions {
  readonly environment: Environment;
  /** Given by hand, and shown to the named registries alone. */
  readonly explicit?: {
    readonly registries: readonly string[];
    readonly username: string;
    readonly password: Secret;
    /** As errors name it: `--username`. */
    readonly source: string;
  };
  /** The limit for a credential helper, 30 s by default. */
  readonly helperMs?: number;
}

/**
 * Credentials in the order: given by hand, podman's REGISTRY_AUTH_FILE, docker's config.json, and
 * podman's own places. In a file a helper goes before the entries. A file or helper that fails is
 * noted and passed over, so that what needs no credentials still works.
 */
export function createCredentials(options: CredentialsOptions): Credentials {
  const { environment, explicit } = options;
  const files = authFilePlaces(environment);
  const read = new Map<string, Promise<AuthFile | undefined>>();

  return {
    async find(wanted, { signal } = {}): Promise<Found> {
      if (explicit?.registries.includes(wanted.registry)) {
        const { username, password, source } = explicit;
        return {
          credential: { source, username, kind: "password", secret: password },
          notes: [],
        };
      }
      const notes: string[] = [];
      for (const { path, source } of files) {
        let file = read.get(path);
        if (file === undefined) read.set(path, file = readAuthFile(path, source));
        try {
          const known = await file;
          if (known === undefined) continue;
          const credential = await findIn(known, { ...options, ...wanted, signal, notes });
          if (credential !== undefined) return { credential, notes };
        } catch (error) {
          if (signal?.aborted) throw signal.reason;
          notes.push(`${source} cannot be read: ${describe(error)}`);
        }
      }
      return { notes };
    },
  };
}

/** RCC_OCI_USERNAME and RCC_OCI_PASSWORD for the registries; nothing unless both are set. */
export function credentialsFromEnvironment(
  environment: Environment,
  registries: readonly string[],
): Pick<CredentialsOptions, "explicit"> {
  const { RCC_OCI_USERNAME: username = "", RCC_OCI_PASSWORD: password = "" } = environment;
  if (username === "" || password === "") return {};
  const source = "RCC_OCI_USERNAME and RCC_OCI_PASSWORD";
  return { explicit: { registries, username, password: new Secret(password), source } };
}

interface FindInOptions extends Pick<CredentialsOptions, "environment" | "helperMs"> {
  readonly registry: string;
  readonly repository: string;
  readonly signal: AbortSignal | undefined;
  readonly notes: string[];
}

async function findIn(
  file: AuthFile,
  { registry, repository, environment, helperMs, signal, notes }: FindInOptions,
): Promise<Credential | undefined> {
  const entry = findEntry(file, { registry, repository });
  const helper = findHelper(file, registry);
  if (helper !== undefined) {
    try {
      const credential = await askHelper(helper, {
        server: registry === "docker.io" ? "https://index.docker.io/v1/" : registry,
        environment,
        signal,
        ...(helperMs === undefined ? {} : { limitMs: helperMs }),
      });
      if (credential !== undefined) {
        return { ...credential, source: `${credential.source} of ${file.source}` };
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      notes.push(`docker-credential-${helper} of ${file.source} gave nothing: ${describe(error)}`);
    }
  }
  return entry?.credential;
}

/** Where files of credentials may be, the first that has one for a registry wins. */
function authFilePlaces(
  environment: Environment,
): readonly { readonly path: string; readonly source: string }[] {
  const home = environment.HOME || environment.USERPROFILE || "";
  const named = (path: string | undefined) => path ? [{ path, source: shortened(path, home) }] : [];
  const config = environment.XDG_CONFIG_HOME || (home && join(home, ".config"));
  const docker = environment.DOCKER_CONFIG || (home && join(home, ".docker"));
  const runtime = environment.XDG_RUNTIME_DIR;
  return [
    ...named(environment.REGISTRY_AUTH_FILE),
    ...named(docker && join(docker, "config.json")),
    ...named(runtime && join(runtime, "containers", "auth.json")),
    ...named(config && join(config, "containers", "auth.json")),
  ];
}

function shortened(path: string, home: string): string {
  return home !== "" && path.startsWith(home) ? `~${path.slice(home.length)}` : path;
}

function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code === "EACCES" ? "no right to read it" : code ?? message ?? "unknown";
}
