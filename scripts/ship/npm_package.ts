import { chmod, copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { PROGRAM_NAME, VERSION } from "../../src/version.ts";
import type { Bundle } from "./bundle_program.ts";
import { DESCRIPTION, REPOSITORY_URL, ROOT } from "./project.ts";
import { outputOf } from "./run_command.ts";

/** Options of {@linkcode packForNpm}. */
export interface NpmOptions {
  /** The folder that the tarball is put into. */
  readonly to: string;
}

/**
 * The package for npm, as `npm pack` makes it: the bundle, and a program that starts deno of its
 * own npm package with it.
 *
 * @returns The path of the tarball.
 */
export async function packForNpm(bundle: Bundle, { to }: NpmOptions): Promise<string> {
  const folder = await mkdtemp(join(to, ".npm-"));
  try {
    await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
    for (const path of [LAUNCHER, bundle.path, bundle.mapPath, bundle.licencesPath, ...PAPERS]) {
      await copyFile(path, join(folder, basename(path)));
    }
    await chmod(join(folder, basename(LAUNCHER)), 0o755);
    const printed = await outputOf(["npm", "pack", "--json", "--ignore-scripts"], { cwd: folder });
    const [{ filename }] = JSON.parse(printed);
    await rename(join(folder, filename), join(to, filename));
    return join(to, filename);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const LAUNCHER = join(import.meta.dirname!, "launchers", "rcc-oci.cjs");
const PAPERS = ["LICENSE", "README.md", "CHANGELOG.md"].map((name) => join(ROOT, name));

/** https://docs.npmjs.com/cli/configuring-npm/package-json */
function manifest() {
  return {
    name: PROGRAM_NAME,
    version: VERSION,
    description: DESCRIPTION,
    keywords: ["rcc", "robocorp", "holotree", "oci", "container", "image"],
    license: "Apache-2.0",
    repository: { type: "git", url: `git+${REPOSITORY_URL}.git` },
    bin: { [PROGRAM_NAME]: basename(LAUNCHER) },
    dependencies: { deno: Deno.version.deno },
    engines: { node: ">=20" },
  };
}
