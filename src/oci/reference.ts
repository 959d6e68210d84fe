import { type Digest, isDigest } from "./digest.ts";

/**
 * The name of an image in a registry: `[registry/]repository[:tag][@digest]`.
 * Grammar: https://github.com/distribution/reference/blob/v0.6.0/reference.go
 */
export interface Reference {
  /** Host and port, `docker.io` for Docker Hub. */
  readonly registry: string;
  /** With `library/` for Docker Hub's short names. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const DOCKER_HUB = "docker.io";
const PATH_COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^${PATH_COMPONENT}(?:/${PATH_COMPONENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const REGISTRY =
  /^(?:\[[0-9A-Fa-f:]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::[0-9]{1,5})?$/;
const LONGEST_NAME = 255;

/**
 * Reads a reference as docker does: a first part with a dot, a colon, an upper-case letter, or
 * `localhost`, is a registry; everything else is Docker Hub's, with `library/` before a single name.
 *
 * @throws {SyntaxError} when it is none, naming the part that is wrong.
 */
export function parseReference(text: string): Reference {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) {
    throw new SyntaxError(`expected "sha256:" and 64 hex digits after "@", found "${digest}"`);
  }
  const named = at < 0 ? text : text.slice(0, at);
  const slash = named.indexOf("/");
  const first = named.slice(0, Math.max(slash, 0));
  const isRegistry = slash > 0 && (/[.:A-Z]/.test(first) || first === "localhost");
  const registry = isRegistry ? normalRegistry(first) : DOCKER_HUB;
  const rest = isRegistry ? named.slice(slash + 1) : named;
  const colon = rest.indexOf(":");
  const name = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  if (!REGISTRY.test(registry)) {
    throw new SyntaxError(`expected a registry's host and port, found "${registry}"`);
  }
  if (name !== name.toLowerCase()) {
    throw new SyntaxError(`expected a name in lower case, found "${name}"`);
  }
  if (!REPOSITORY.test(name)) {
    throw new SyntaxError(
      `expected a name of a-z, 0-9 and single separators ".", "_", "-", "/", found "${name}"`,
    );
  }
  if (tag !== undefined && !TAG.test(tag)) {
    throw new SyntaxError(
      `expected a tag of at most 128 of A-Z, a-z, 0-9, "_", ".", "-", found "${tag}"`,
    );
  }
  const repository = registry === DOCKER_HUB && !name.includes("/") ? `library/${name}` : name;
  if (registry.length + 1 + repository.length > LONGEST_NAME) {
    throw new SyntaxError(`expected a name of at most ${LONGEST_NAME} characters`);
  }
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The full reference, with every part that docker leaves out: `docker.io/library/debian:12`. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${
    digest === undefined ? "" : `@${digest}`
  }`;
}

/** With the tag `latest` where neither tag nor digest is named. */
export function withDefaultTag(reference: Reference): Reference {
  if (reference.tag !== undefined || reference.digest !== undefined) return reference;
  return { ...reference, tag: "latest" };
}

/** Docker Hub's other names are its own. */
function normalRegistry(registry: string): string {
  return registry === "index.docker.io" || registry === "registry-1.docker.io"
    ? DOCKER_HUB
    : registry;
}
