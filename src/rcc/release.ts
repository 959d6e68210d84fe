import { Failure } from "../failure/mod.ts";

/** What a Linux amd64 rcc is called among the files of a release. */
export const RELEASE_FILE = "rcc-linux64";

const GITHUB = `https://github.com/joshyorko/rcc/releases/download/v{version}/${RELEASE_FILE}`;
const VARIABLE = "RCC_OCI_RCC_URL";

/** Where a release is. */
export interface Release {
  /** Without `v`. */
  readonly version: string;
  readonly url: URL;
  /** Addresses that may say its SHA-256. */
  readonly checksums: readonly URL[];
  /** Whether somebody named another place than GitHub. */
  readonly isElsewhere: boolean;
}

/**
 * The release on GitHub, or where `RCC_OCI_RCC_URL` says, with the version for `{version}`.
 *
 * @throws {Failure} when the variable holds no web address.
 */
export function releaseOf(
  version: string,
  env: Readonly<Record<string, string | undefined>>,
): Release {
  const given = env[VARIABLE] || undefined;
  const url = URL.parse((given ?? GITHUB).replaceAll("{version}", version));
  if (url === null || !/^https?:$/.test(url.protocol)) {
    // The value may hold a password: it is not repeated.
    throw new Failure(
      "rcc/download",
      `failed to read ${VARIABLE}: expected a web address such as ` +
        `"https://mirror.example/rcc/{version}/${RELEASE_FILE}"`,
    );
  }
  return {
    version,
    url,
    checksums: [besides(url, (name) => `${name}.sha256`), besides(url, () => "SHA256SUMS")],
    isElsewhere: given !== undefined,
  };
}

function besides(url: URL, nameOf: (name: string) => string): URL {
  const other = new URL(url);
  const parts = url.pathname.split("/");
  parts.push(nameOf(parts.pop()!));
  other.pathname = parts.join("/");
  return other;
}
