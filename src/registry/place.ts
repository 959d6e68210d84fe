import { parseReference, type Reference } from "../oci/mod.ts";

/** A repository by its name: a registry and a path in it. */
export type Repository = Pick<Reference, "registry" | "repository">;

/** Where a repository is asked for: itself, or a mirror. */
export interface Endpoint {
  /** The name that credentials are kept under: `docker.io`, `ghcr.io`, `mirror.corp:5000`. */
  readonly registry: string;
  /** The host that is connected to, with its port. */
  readonly host: string;
  /** Its path there. */
  readonly repository: string;
}

/** A place that is asked before a registry itself. */
export interface Mirror {
  readonly registry: string;
  readonly host: string;
  /** What stands before the repository's path there; empty for nothing. */
  readonly prefix: string;
}

/** The one name whose host is another: https://docs.docker.com/docker-hub/ */
const HOSTS: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };

/** The host that a registry is asked at. */
export function hostOf(registry: string): string {
  return HOSTS[registry] ?? registry;
}

/** The repository itself. */
export function endpointOf({ registry, repository }: Repository): Endpoint {
  return { registry, host: hostOf(registry), repository };
}

/** Where to pull from: mirrors first, and the repository itself last. */
export function pullEndpoints(
  repository: Repository,
  mirrors: readonly Mirror[],
): readonly Endpoint[] {
  const mirrored = mirrors
    .filter((mirror) => mirror.registry === repository.registry)
    .map(({ host, prefix }) =>
      endpointOf({
        registry: host,
        repository: prefix === "" ? repository.repository : `${prefix}/${repository.repository}`,
      })
    );
  return [...mirrored, endpointOf(repository)];
}

/**
 * Reads `docker.io=mirror.corp:5000` or `docker.io=nexus.corp/docker-hub`.
 *
 * @throws {SyntaxError} when it is of another form.
 */
export function parseMirror(text: string): Mirror {
  const [registry, place, ...rest] = text.split("=");
  if (!registry || !place || rest.length > 0) {
    throw new SyntaxError(`expected REGISTRY=HOST or REGISTRY=HOST/PATH, found "${text}"`);
  }
  const [host = "", ...path] = place.replace(/^https?:\/\//, "").replace(/\/+$/, "").split("/");
  // Whatever is a host and a path here is one in a reference too.
  const known = parseReference(`${asRegistry(host)}/${[...path, "x"].join("/")}`);
  return {
    registry: parseReference(`${asRegistry(registry)}/x/y`).registry,
    host: known.registry,
    prefix: path.join("/"),
  };
}

/** A bare host name, which a reference would take for a folder on Docker Hub. */
function asRegistry(host: string): string {
  return /[.:]/.test(host) || host === "localhost" ? host : `${host}:443`;
}
