import { join } from "node:path";
import process from "node:process";
import { type ProxyVariables, Secret } from "../http/mod.ts";
import { type AuthFile, findEntry, findHelper, parseAuthFile, readAuthFile } from "./auth_file.ts";
import type { Credential, Credentials, FoundCredential } from "./credential.ts";
import { askHelper } from "./credential_helper.ts";

/** Options of {@linkcode createCredentials}. */
export interface CredentialsOptions {
  readonly environment: ProxyVariables;
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
  /** Where podman keeps what it has no XDG_RUNTIME_DIR for: `/run/containers/$UID` by default. */
  readonly runtimeFolder?: string;
}

/** A helper is a program: it is not asked again for each request, and yet before its answer is stale. */
const HELPER_LIFE_MS = 5 * 60_000;

/**
 * Credentials given by hand, else those of the first place in {@linkcode authFilePlaces} that has
 * some. In a file a helper goes before the entries. A file or helper that fails is noted and passed
 * over, so that what needs no credentials still works.
 */
export function createCredentials(options: CredentialsOptions): Credentials {
  const { explicit } = options;
  const places = authFilePlaces(options);
  const known = new Map<
    string,
    { readonly found: Promise<FoundCredential>; readonly until: number }
  >();

  return {
    find(wanted, { signal } = {}) {
      if (explicit?.registries.includes(wanted.registry)) {
        const { username, password, source } = explicit;
        const credential = { source, username, kind: "password", secret: password } as const;
        return Promise.resolve({ credential, notes: [] });
      }
      const key = `${wanted.registry}/${wanted.repository}`;
      const before = known.get(key);
      if (before !== undefined && before.until > Date.now()) return before.found;
      const found = findAmong(places, { ...options, ...wanted, signal, notes: [] });
      known.set(key, { found, until: Date.now() + HELPER_LIFE_MS });
      found.catch(() => known.delete(key));
      return found;
    },
  };
}

/** The first place that has something wins. */
async function findAmong(
  places: readonly AuthFilePlace[],
  options: FindInOptions,
): Promise<FoundCredential> {
  const { signal, notes } = options;
  for (const { source, read } of places) {
    try {
      const file = await read();
      const credential = file && await findIn(file, options);
      if (credential !== undefined) return { credential, notes };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      notes.push(`${source} cannot be read: ${describe(error)}`);
    }
  }
  return { notes };
}

/** RCC_OCI_USERNAME and RCC_OCI_PASSWORD for the registries; nothing unless both are set. */
export function credentialsFromEnvironment(
  environment: ProxyVariables,
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

interface AuthFilePlace {
  /** As errors name it. */
  readonly source: string;
  read(): Promise<AuthFile | undefined>;
}

/** Where credentials may be, in the order of docs/registries.md: the first that has one wins. */
function authFilePlaces(
  { environment, runtimeFolder = `/run/containers/${process.getuid?.()}` }: CredentialsOptions,
): readonly AuthFilePlace[] {
  const home = environment.HOME || environment.USERPROFILE || "";
  const named = (path: string | undefined) => {
    if (!path) return [];
    const source = shortened(path, home);
    let file: ReturnType<typeof readAuthFile> | undefined;
    return [{ source, read: () => file ??= readAuthFile(path, source) }];
  };
  const given = (variable: string) => {
    const text = environment[variable];
    return text
      ? [{ source: variable, read: async () => await parseAuthFile(text, variable) }]
      : [];
  };
  const config = environment.XDG_CONFIG_HOME || (home && join(home, ".config"));
  const docker = environment.DOCKER_CONFIG || (home && join(home, ".docker"));
  const runtime = environment.XDG_RUNTIME_DIR
    ? join(environment.XDG_RUNTIME_DIR, "containers")
    : runtimeFolder;
  return [
    ...named(environment.REGISTRY_AUTH_FILE),
    ...given("DOCKER_AUTH_CONFIG"),
    ...named(docker && join(docker, "config.json")),
    ...named(join(runtime, "auth.json")),
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
