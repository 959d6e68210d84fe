import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareDemo } from "../demo/prepare_demo.ts";
import { PROGRAM_NAME, VERSION } from "../../src/version.ts";
import { type CommandResult, runCommand } from "./run_command.ts";

/** Options of {@linkcode checkProgram}. */
export interface CheckProgramOptions {
  /** The whole PATH: empty, unless the program needs something of it. */
  readonly path?: string;
}

/**
 * Sees to it that a shipped program is ours and works: it says our own name and version, so that
 * plain deno is found out, and builds the demo in an empty folder, without deno on its PATH.
 *
 * @throws with what it did instead.
 */
export async function checkProgram(
  program: readonly [string, ...string[]],
  { path = "" }: CheckProgramOptions = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "rcc-oci-check-"));
  try {
    const env = { ...SYSTEM, PATH: path, HOME: folder, RCC_OCI_CACHE: join(folder, "cache") };
    const run = (args: readonly string[]) =>
      runCommand([...program, ...args], { cwd: folder, env, clearEnv: true });

    const version = await run(["--version"]);
    const expected = `${PROGRAM_NAME} ${VERSION} (`;
    if (!version.stdout.startsWith(expected)) {
      throw unexpected(program, `"${expected}…" as an answer to --version`, version);
    }
    const metadata = join(folder, "metadata.json");
    const demo = await run([...await prepareDemo(folder), "--metadata-file", metadata]);
    if (demo.code !== 0 || !await saysDigest(metadata)) {
      throw unexpected(program, "an image of the demo", demo);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Without which no program starts on Windows. */
const SYSTEM = Object.fromEntries(
  ["SystemRoot", "TEMP", "TMP"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }),
);

async function saysDigest(path: string): Promise<boolean> {
  try {
    return /"sha256:[0-9a-f]{64}"/.test(await readFile(path, "utf8"));
  } catch {
    return false;
  }
}

function unexpected(
  program: readonly string[],
  expected: string,
  { code, stdout, stderr }: CommandResult,
): Error {
  const said = (stdout + stderr).trim().slice(-2000) || "nothing";
  return new Error(
    `failed to check "${program.join(" ")}": expected ${expected}, found exit code ${code} and ${
      JSON.stringify(said)
    }`,
  );
}
