import { Failure } from "../failure/mod.ts";
import { checkRcc, CURE, type RccFile } from "./check_rcc.ts";
import { DEFAULT_RCC_VERSION } from "./default_version.ts";
import { downloadRcc, type DownloadRccOptions } from "./download.ts";
import { findHostRcc } from "./find_host_rcc.ts";
import { askRccVersion, parseRccVersion } from "./rcc_version.ts";

/** The Linux rcc that goes into the image. */
export interface LinuxRcc extends RccFile {
  /** Whether it was named, stood on PATH, or is a release. */
  readonly origin: "given" | "path" | "release";
  /** Of a release, without `v`. */
  readonly version?: string;
}

/** Options of {@linkcode findRcc}. */
export interface FindRccOptions extends Omit<DownloadRccOptions, "cacheFolder"> {
  /** What `--rcc-exec` says. */
  readonly rccExec?: string | undefined;
  /** What `--rcc-version` says. */
  readonly version?: string | undefined;
  /** As in `process.platform`. */
  readonly hostOs: string;
  /** Where releases are kept. Without it none is looked for. */
  readonly cacheFolder?: string | undefined;
  /** Told that a release is taken, and in words why none of this machine is. */
  readonly onRelease?: (version: string, why: string) => void;
}

/**
 * The rcc that was given, else on Linux the `rcc` on PATH when an image can have it, else the release
 * of the version that was asked for, that the host's own rcc has, or that is the default.
 *
 * @throws {Failure} when there is none, or it is not what was asked for.
 */
export async function findRcc(options: FindRccOptions): Promise<LinuxRcc> {
  const chosen = await chooseRcc(options);
  if (chosen.origin !== "release") return chosen;
  const { version, why } = chosen;
  options.onRelease?.(version, why);
  return { ...await downloadRcc(version, { ...options, ...chosen }), origin: "release", version };
}

/** The release that is to be had. */
export interface ChosenRelease {
  readonly origin: "release";
  readonly version: string;
  readonly cacheFolder: string;
  readonly sha256: string | undefined;
  /** Why none of this machine is taken. */
  readonly why: string;
}

/** The rcc of this machine that {@linkcode findRcc} finds, or else the release that it wants. */
export async function chooseRcc(
  options: FindRccOptions,
): Promise<LinuxRcc & { readonly origin: "given" | "path" } | ChosenRelease> {
  const sha256 = options.sha256 === undefined ? undefined : parseSha256(options.sha256);
  const asked = options.version === undefined ? undefined : parseRccVersion(options.version);
  if (options.rccExec !== undefined) {
    const file = await checkRcc(options.rccExec);
    if (sha256 !== undefined && file.sha256 !== sha256) throw otherContent(file, sha256);
    return { ...file, origin: "given" };
  }
  const host = new HostRcc(await findHostRcc(options), options);
  const refusals: Failure[] = [];
  let why = options.hostOs === "linux" ? "none on PATH" : "an image needs one for Linux";
  if (options.hostOs === "linux" && host.path !== undefined) {
    const file = await checkRcc(host.path).catch((error) => keepRefusal(error, refusals));
    if (file === undefined) why = "no image can have the one on PATH";
    else if (sha256 !== undefined && sha256 !== file.sha256) {
      why = "the one on PATH has another SHA-256";
    } else if (asked !== undefined && asked !== await host.version()) {
      why = "the one on PATH has another version";
    } else return { ...file, origin: "path" };
  }
  const { cacheFolder } = options;
  if (cacheFolder === undefined) throw refusals[0] ?? notFound(options);
  const version = asked ?? await host.version() ?? DEFAULT_RCC_VERSION;
  return { origin: "release", version, cacheFolder, sha256, why };
}

/** The host's own rcc, asked for its version when somebody wants to know it. */
class HostRcc {
  readonly path: string | undefined;
  readonly #options: FindRccOptions;
  #version: Promise<string | undefined> | undefined;

  constructor(path: string | undefined, options: FindRccOptions) {
    this.path = path;
    this.#options = options;
  }

  async version(): Promise<string | undefined> {
    if (this.path === undefined) return undefined;
    return await (this.#version ??= askRccVersion(this.path, this.#options));
  }
}

/** What stands on PATH and cannot be in an image stops nothing, as long as there is a release. */
function keepRefusal(error: unknown, refusals: Failure[]): undefined {
  if (!(error instanceof Failure)) throw error;
  refusals.push(error);
}

function notFound({ hostOs }: FindRccOptions): Failure {
  const where = hostOs === "linux" ? `no "rcc" on PATH` : `no Linux rcc on ${hostOs}`;
  return new Failure("rcc/not-found", `failed to find rcc: ${where}, ${CURE}`);
}

/** @throws {Failure} when the text is no SHA-256. */
function parseSha256(text: string): string {
  if (/^[0-9A-Fa-f]{64}$/.test(text)) return text.toLowerCase();
  throw new Failure(
    "usage/option",
    `failed to read --rcc-sha256 ${JSON.stringify(text)}: expected 64 hex digits`,
  );
}

function otherContent({ path, sha256 }: RccFile, expected: string): Failure {
  return new Failure(
    "rcc/checksum",
    `failed to use rcc "${path}": its SHA-256 is ${sha256}, expected ${expected} as --rcc-sha256 says`,
  );
}
