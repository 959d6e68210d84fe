import { type Digest, isDigest } from "./digest.ts";
import { isObject, parseObject } from "./manifest.ts";
import { LINUX_AMD64, type Platform } from "./platform.ts";

/** How containers of an image are started. Keys as in the specification. */
export interface ContainerConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, unknown>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Volumes?: Readonly<Record<string, unknown>>;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
}

/** What one step of the image's making was. */
export interface History {
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}

/**
 * An image's configuration.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md
 */
export interface ImageConfig extends Platform {
  readonly created?: string;
  readonly author?: string;
  readonly config?: ContainerConfig;
  readonly rootfs: { readonly type: "layers"; readonly diff_ids: readonly Digest[] };
  readonly history?: readonly History[];
}

/** A configuration, and whether it is its own that it is for linux/amd64. */
export interface AnyConfig {
  readonly config: ImageConfig;
  readonly statesPlatform: boolean;
}

/**
 * Reads an image's configuration. Fields of another form than the specification's are left out,
 * except those that a reader cannot do without. One that does not say what it runs on is taken for
 * linux/amd64, as engines on such a machine take it.
 *
 * @throws {SyntaxError} when the layers' diffIds are missing or of another form.
 */
export function parseAnyConfig(bytes: Uint8Array): AnyConfig {
  const value = parseObject(bytes);
  const isStated = (text: unknown): text is string => typeof text === "string" && text !== "";
  const os = isStated(value.os) ? value.os : LINUX_AMD64.os;
  const architecture = isStated(value.architecture) ? value.architecture : LINUX_AMD64.architecture;
  return {
    config: asImageConfig(value, { os, architecture }),
    statesPlatform: isStated(value.os) && isStated(value.architecture),
  };
}

/** As {@linkcode parseAnyConfig}, for those who need not know. */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  return parseAnyConfig(bytes).config;
}

function asImageConfig(
  value: Record<string, unknown>,
  { os, architecture }: Platform,
): ImageConfig {
  const { variant, created, author } = value;
  const diffIds = isObject(value.rootfs) ? value.rootfs.diff_ids ?? [] : undefined;
  if (!Array.isArray(diffIds) || !diffIds.every(isDigest)) {
    throw new SyntaxError(`expected a list of sha256 digests "rootfs.diff_ids"`);
  }
  return {
    os,
    architecture,
    ...(typeof variant === "string" && variant !== "" ? { variant } : {}),
    ...(typeof created === "string" ? { created } : {}),
    ...(typeof author === "string" ? { author } : {}),
    config: isObject(value.config) ? parseContainerConfig(value.config) : {},
    rootfs: { type: "layers", diff_ids: diffIds },
    history: Array.isArray(value.history) ? value.history.filter(isObject).map(parseHistory) : [],
  };
}

function parseContainerConfig(value: Record<string, unknown>): ContainerConfig {
  const text = (key: string) => typeof value[key] === "string" ? { [key]: value[key] } : {};
  const texts = (key: string) => {
    const list = value[key];
    return Array.isArray(list) && list.every((item) => typeof item === "string")
      ? { [key]: list }
      : {};
  };
  const record = (key: string) => isObject(value[key]) ? { [key]: value[key] } : {};
  const labels = isObject(value.Labels)
    ? {
      Labels: Object.fromEntries(
        Object.entries(value.Labels).filter(([, label]) => typeof label === "string"),
      ) as Record<string, string>,
    }
    : {};
  return {
    ...text("User"),
    ...record("ExposedPorts"),
    ...texts("Env"),
    ...texts("Entrypoint"),
    ...texts("Cmd"),
    ...record("Volumes"),
    ...text("WorkingDir"),
    ...labels,
    ...text("StopSignal"),
  };
}

function parseHistory(value: Record<string, unknown>): History {
  const text = (key: "created" | "created_by" | "author" | "comment") =>
    typeof value[key] === "string" ? { [key]: value[key] } : {};
  return {
    ...text("created"),
    ...text("created_by"),
    ...text("author"),
    ...text("comment"),
    ...(value.empty_layer === true ? { empty_layer: true } : {}),
  };
}
