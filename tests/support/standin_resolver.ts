import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./temporary_folder.ts";

const MAIN = fileURLToPath(new URL("./standin_resolver/main.ts", import.meta.url));

/**
 * A host with the stand-in for rcc's resolving on PATH, a home folder and a temporary folder of its
 * own. What the stand-in shall do is told by variables, to be added to `env`:
 *
 * - `STANDIN_RESOLVE`: `fail` ends with exit code 6, `pip` too, as after a failure of pip's, `crash`
 *   by SIGKILL, `hang` never, `stubborn` neither when it is told to; without it, a library is written;
 * - `STANDIN_DELAY_MS`: how long that takes;
 * - `STANDIN_SAY`, `STANDIN_PLAN`: names of variables, with commas between them, whose values it
 *   prints, and writes into rcc_plan.log;
 * - `STANDIN_VERSION`: what `rcc version` prints, `v18.18.1` by default.
 */
export interface StandinHost extends AsyncDisposable {
  /** All that is here. */
  readonly folder: string;
  /** The stand-in. */
  readonly rcc: string;
  /** ROBOCORP_HOME. */
  readonly robocorpHome: string;
  /** The variables of the host. */
  readonly env: Readonly<Record<string, string>>;
  /** How the stand-in was called so far. */
  calls(): Promise<readonly StandinCall[]>;
}

/** One start of the stand-in. */
export interface StandinCall {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
}

export async function standinHost(): Promise<StandinHost> {
  const folder = await temporaryFolder();
  const path = (...names: string[]) => join(folder.path, ...names);
  for (const name of ["bin", "home", "tmp", "calls"]) await mkdir(path(name));
  const rcc = path("bin", "rcc");
  const denoDir = Deno.env.get("DENO_DIR");
  const command = `'${Deno.execPath()}' run --no-check -A '${MAIN}' "$@"`;
  const cache = denoDir ?? join(Deno.env.get("HOME") ?? "", ".cache", "deno");
  await writeFile(rcc, `#!/bin/sh\nexport DENO_DIR='${cache}'\nexec ${command}\n`, { mode: 0o755 });
  return {
    folder: folder.path,
    rcc,
    robocorpHome: path("home", ".robocorp"),
    env: {
      PATH: `${path("bin")}:/usr/local/bin:/usr/bin:/bin`,
      HOME: path("home"),
      TMPDIR: path("tmp"),
      STANDIN_RECORD: path("calls"),
      DENO_DIR: cache,
    },
    async calls() {
      const names = (await readdir(path("calls"))).sort();
      return await Promise.all(
        names.map(async (name) => JSON.parse(await readFile(path("calls", name), "utf8"))),
      );
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
