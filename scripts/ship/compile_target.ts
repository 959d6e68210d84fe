import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { PROGRAM_NAME } from "../../src/version.ts";
import { writeArchive } from "./archive.ts";
import type { Bundle } from "./bundle_program.ts";
import { checkProgram } from "./check_program.ts";
import { machineOf } from "./machine.ts";
import { noticeFiles } from "./notices.ts";
import { ROOT } from "./project.ts";
import { outputOf, runCommand } from "./run_command.ts";
import { PERMISSIONS, V8_FLAGS } from "./runtime_options.ts";
import { isWindows, runsHere, type Target } from "./targets.ts";

/** Options of {@linkcode compileTarget}. */
export interface CompileOptions {
  /** The folder that the archive is put into. */
  readonly to: string;
}

/** What was made for a target. */
export interface CompiledTarget {
  readonly archivePath: string;
  /** What `deno compile` says that it has put into the executable, a line each. */
  readonly embedded: readonly string[];
  /** Whether it could be run here, and did as it should. */
  readonly isChecked: boolean;
}

/**
 * Makes an executable of the bundle for a target, and an archive of that with licences and README.
 *
 * @throws when the runtime for the target cannot be had, with what would help; when what was made
 * is for another machine; when it can be run here and is not our program, or does not work.
 */
export async function compileTarget(
  target: Target,
  bundle: Bundle,
  { to }: CompileOptions,
): Promise<CompiledTarget> {
  const folder = await mkdtemp(join(to, `.compile-${target.name}-`));
  try {
    const name = isWindows(target) ? `${PROGRAM_NAME}.exe` : PROGRAM_NAME;
    const program = join(folder, name);
    const embedded = await compile(target, bundle.path, program);
    const machine = await machineOf(program);
    if (machine !== target.name) {
      throw new Error(
        `failed to compile for ${target.name}: the runtime is for ${
          machine ?? "no known system"
        }, ` +
          `give one for ${target.triple} by DENORT_BIN`,
      );
    }
    if (runsHere(target)) await checkProgram([program]);
    const archive = `${PROGRAM_NAME}-${target.name}.${isWindows(target) ? "zip" : "tar.gz"}`;
    await writeArchive(join(to, archive), [
      { path: `${PROGRAM_NAME}/${name}`, from: program, isProgram: true },
      ...await noticeFiles(bundle, folder),
    ]);
    return { archivePath: join(to, archive), embedded, isChecked: runsHere(target) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compile(
  target: Target,
  bundle: string,
  output: string,
): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runCommand([
    Deno.execPath(),
    ...argsOf(target),
    output,
    bundle,
  ], {
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  });
  if (code === 0) return embeddedOf(stdout + stderr);
  if (/Setting up base binary/.test(stderr)) throw await withoutRuntime(target, stderr);
  throw new Error(`failed to compile for ${target.name}: ${stderr.trim().slice(-2000)}`);
}

/**
 * The icon is for Windows alone; there is no option for its version data yet
 * (https://github.com/denoland/deno/issues/29038).
 */
function argsOf(target: Target): readonly string[] {
  const icon = isWindows(target) ? ["--icon", join(ROOT, "assets", "icon.ico")] : [];
  return [
    ...["compile", "--no-config", ...PERMISSIONS, V8_FLAGS, "--target", target.triple, ...icon],
    "--output",
  ];
}

/** The tree of embedded files and the sizes, out of what `deno compile` prints. */
function embeddedOf(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(lines.indexOf("Embedded Files") + 1);
}

async function withoutRuntime({ name, triple }: Target, stderr: string): Promise<Error> {
  const { denoDir } = JSON.parse(await outputOf([Deno.execPath(), "info", "--json"]));
  const folder = join(denoDir, "dl", "release", `v${Deno.version.deno}`);
  const [, cause = "no cause given"] = /\n\s+1: (.*)/.exec(stderr) ?? [];
  return new Error(
    `failed to compile for ${name}: its runtime cannot be had (${cause}), ` +
      `put denort-${triple}.zip into "${folder}", or name an unpacked denort by DENORT_BIN`,
  );
}
