import type { Secret } from "../http/mod.ts";

/** Something to show to a registry, and where it came from. */
export interface Credential {
  /** As errors name it: `~/.docker/config.json`, `--username`, `docker-credential-ecr-login`. */
  readonly source: string;
  readonly username: string;
  /**
   * `password`: what Basic wants. `identity-token`: what is posted to the token server instead.
   * `registry-token`: what the registry itself is shown, without a token server.
   */
  readonly kind: "password" | "identity-token" | "registry-token";
  readonly secret: Secret;
}

/** What was found for a registry. */
export interface FoundCredential {
  readonly credential?: Credential;
  /** What kept other places from giving one: a missing helper, a file that cannot be read. */
  readonly notes: readonly string[];
}

/** Where credentials come from. */
export interface Credentials {
  find(
    wanted: { readonly registry: string; readonly repository: string },
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<FoundCredential>;
}

/** No credentials at all: everything is asked for anonymously. */
export const ANONYMOUS: Credentials = { find: () => Promise.resolve({ notes: [] }) };
