import { homedir } from "node:os";
import { posix, win32 } from "node:path";
import { Failure } from "../failure/mod.ts";

/** What decides where the cache is. */
export interface CacheFolderOptions {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As in `process.platform`. */
  readonly platform: string;
  /** The user's home, the running process's by default; `null` where nothing says it. */
  readonly home?: string | null;
}

/**
 * Where the cache is kept: `RCC_OCI_CACHE`, else the platform's folder for what can be made again.
 * https://specifications.freedesktop.org/basedir-spec/latest/ for Linux, where a relative path is
 * to be ignored.
 *
 * @throws {Failure} when it would be in a home folder, and nothing says which that is.
 */
export function cacheFolder({ env, platform, ...options }: CacheFolderOptions): string {
  if (env.RCC_OCI_CACHE) return env.RCC_OCI_CACHE;
  const { join, isAbsolute } = platform === "win32" ? win32 : posix;
  const inHome = (...parts: readonly string[]) => {
    // The runtime does say so, whatever its types say: a uid that has no name has no home.
    const { home = homedir() as string | null } = options;
    if (home === null || !isAbsolute(home)) throw homeless();
    return join(home, ...parts);
  };
  if (platform === "win32") {
    return join(env.LOCALAPPDATA || inHome("AppData", "Local"), "rcc-oci");
  }
  if (platform === "darwin") return inHome("Library", "Caches", "rcc-oci");
  const xdg = env.XDG_CACHE_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : inHome(".cache"), "rcc-oci");
}

function homeless(): Failure {
  return new Failure(
    "output/unwritable",
    "failed to find a folder for the cache: HOME names none, and the system knows no home of this " +
      "user, set RCC_OCI_CACHE to a folder of yours",
  );
}
