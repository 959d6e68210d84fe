import { homedir } from "node:os";
import { posix, win32 } from "node:path";
import { Failure } from "../failure/mod.ts";

/** What decides where the cache is. */
export interface CacheFolderOptions {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As in `process.platform`. */
  readonly platform: string;
  /** The user's home, the running process's by default. */
  readonly home?: string | undefined;
}

/**
 * Where the cache is kept: `RCC_OCI_CACHE`, else the platform's folder for what can be made again.
 * https://specifications.freedesktop.org/basedir-spec/latest/ for Linux, where a relative path is
 * to be ignored.
 *
 * @throws {Failure} when none is named and the user has no home: nothing is kept where others write.
 */
export function cacheFolder({ env, platform, home }: CacheFolderOptions): string {
  if (env.RCC_OCI_CACHE) return env.RCC_OCI_CACHE;
  const xdg = env.XDG_CACHE_HOME;
  const isUnix = platform !== "win32" && platform !== "darwin";
  if (isUnix && xdg && posix.isAbsolute(xdg)) return posix.join(xdg, "rcc-oci");
  if (platform === "win32" && env.LOCALAPPDATA) return win32.join(env.LOCALAPPDATA, "rcc-oci");
  const found = home ?? ownHome();
  if (!found) throw new Failure("output/unwritable", NO_HOME);
  if (platform === "win32") return win32.join(found, "AppData", "Local", "rcc-oci");
  if (platform === "darwin") return posix.join(found, "Library", "Caches", "rcc-oci");
  return posix.join(found, ".cache", "rcc-oci");
}

const NO_HOME =
  "failed to find a place for the cache: HOME is not set, and the system knows no home of your " +
  "user, set HOME or RCC_OCI_CACHE";

/** A user that the system has no name for has none, unless HOME says so. */
function ownHome(): string | null {
  try {
    return homedir(); // Deno says null where node throws.
  } catch {
    return null;
  }
}
