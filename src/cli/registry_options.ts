import { Failure, messageOf } from "../failure/mod.ts";
import type { PullMode } from "../base/mod.ts";
import { type ConnectionOptions, type Mirror, parseMirror } from "../registry/mod.ts";

/** What commander makes of the arguments that are about registries. */
export interface RegistryArguments {
  readonly pull: string;
  readonly offline?: boolean | undefined;
  readonly username?: string | undefined;
  readonly passwordStdin?: boolean | undefined;
  readonly caCert: readonly string[];
  readonly insecureRegistry: readonly string[];
  readonly registryMirror: readonly string[];
  readonly chunkSize?: string | undefined;
}

/** How registries are asked. */
export interface RegistryRequest {
  readonly pull: PullMode;
  /** Bytes of one request of a push. */
  readonly chunkSize?: number;
  readonly connection: ConnectionOptions;
}

const SMALLEST_CHUNK_MIB = 5;

/** @throws {Failure} of kind "usage". */
export function parseRegistryArguments(given: RegistryArguments): RegistryRequest {
  const { pull, offline, username, passwordStdin, chunkSize } = given;
  if (pull !== "always" && pull !== "missing") {
    throw usage(`failed to read --pull "${pull}": expected always or missing`);
  }
  if ((username !== undefined) !== (passwordStdin === true)) {
    throw usage("failed to read credentials: --username and --password-stdin go together");
  }
  return {
    pull: offline ? "offline" : pull,
    ...(chunkSize === undefined ? {} : { chunkSize: parseChunkSize(chunkSize) }),
    connection: {
      ...(username === undefined ? {} : { username }),
      caCertificateFiles: given.caCert,
      insecureHosts: given.insecureRegistry,
      mirrors: given.registryMirror.map(readMirror),
    },
  };
}

function readMirror(text: string): Mirror {
  try {
    return parseMirror(text);
  } catch (error) {
    throw usage(`failed to read --registry-mirror "${text}": ${messageOf(error)}`);
  }
}

/** Whole MiB. */
function parseChunkSize(text: string): number {
  const size = /^[0-9]{1,4}$/.test(text) ? Number(text) : NaN;
  if (size >= SMALLEST_CHUNK_MIB) return size * 1024 * 1024;
  throw usage(
    `failed to read --chunk-size "${text}": expected MiB, at least ${SMALLEST_CHUNK_MIB}`,
  );
}

function usage(message: string): Failure {
  return new Failure("usage/option", message);
}
