import { homedir } from "node:os";
import { posix, win32 } from "node:path";

/** What decides where the cache is. */
export interface CacheFolderOptions {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As in `process.platform`. */
  readonly platform: string;
  /** The user's home, the running process's by default. */
  readonly home?: string;
}

/**
 * Where the cache is kept: `RCC_OCI_CACHE`, else the platform's folder for what can be made again.
 * https://specifications.freedesktop.org/basedir-spec/latest/ for Linux, where a relative path is
 * to be ignored.
 */
export function cacheFolder({ env, platform, home = homedir() }: CacheFolderOptions): string {
  if (env.RCC_OCI_CACHE) return env.RCC_OCI_CACHE;
  if (platform === "win32") {
    return win32.join(env.LOCALAPPDATA || win32.join(home, "AppData", "Local"), "rcc-oci");
  }
  if (platform === "darwin") return posix.join(home, "Library", "Caches", "rcc-oci");
  const xdg = env.XDG_CACHE_HOME;
  return posix.join(xdg && posix.isAbsolute(xdg) ? xdg : posix.join(home, ".cache"), "rcc-oci");
}
