import { chmod, copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PROGRAM_NAME } from "../../src/version.ts";
import { type ArchiveFile, writeArchive } from "./archive.ts";
import type { Bundle } from "./bundle_program.ts";
import { checkProgram } from "./check_program.ts";
import { noticeFiles } from "./notices.ts";
import { runsHere, type Target } from "./targets.ts";

/** Options of {@linkcode packPortable}. */
export interface PortableOptions {
  /** The folder that the archive is put into. */
  readonly to: string;
  /** Deno for the target. */
  readonly deno: string;
}

/**
 * A package that needs nothing else, and no runtime made for `deno compile`: deno, the bundle and a
 * launcher in one folder.
 *
 * @returns The path of the archive.
 * @throws when it can be run here and does not work.
 */
export async function packPortable(
  target: Target,
  bundle: Bundle,
  { to, deno }: PortableOptions,
): Promise<string> {
  const folder = await mkdtemp(join(to, `.portable-${target.name}-`));
  try {
    const files: readonly ArchiveFile[] = [
      { path: `${PROGRAM_NAME}/${PROGRAM_NAME}`, from: LAUNCHER, isProgram: true },
      { path: `${PROGRAM_NAME}/deno`, from: deno, isProgram: true },
      { path: `${PROGRAM_NAME}/${PROGRAM_NAME}.js`, from: bundle.path },
      ...await noticeFiles(bundle, folder),
    ];
    if (runsHere(target)) {
      await layOut(files, join(folder, "check"));
      await checkProgram([join(folder, "check", PROGRAM_NAME, PROGRAM_NAME)]);
    }
    const archive = join(to, `${PROGRAM_NAME}-${target.name}-portable.tar.gz`);
    await writeArchive(archive, files);
    return archive;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const LAUNCHER = join(import.meta.dirname!, "launchers", "rcc-oci.sh");

/** The folder as it is unpacked. */
async function layOut(files: readonly ArchiveFile[], to: string): Promise<void> {
  for (const { path, from, isProgram } of files) {
    const place = join(to, path);
    await mkdir(dirname(place), { recursive: true });
    await copyFile(from, place);
    await chmod(place, isProgram ? 0o755 : 0o644);
  }
}
