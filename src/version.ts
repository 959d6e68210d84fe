/** The one place of the program's name and version (SemVer): deno.json and the packages follow it. */
export const PROGRAM_NAME = "rcc-oci";
export const VERSION = "0.2.0";

/** The commit the program was bundled from, which `deno task bundle` puts here. */
export const COMMIT: string = "development";

/** What `--version` prints: `rcc-oci 0.2.0 (0123456789ab, Deno 2.9.6)`. */
export function versionLine(): string {
  const runtime = navigator.userAgent.replace("/", " ");
  return `${PROGRAM_NAME} ${VERSION} (${COMMIT}, ${runtime})`;
}
