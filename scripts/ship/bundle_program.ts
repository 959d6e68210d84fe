import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { DESCRIPTION, ROOT } from "./project.ts";
import { COMMIT, PROGRAM_NAME, VERSION } from "../../src/version.ts";
import { loadBuiltinsLate } from "./late_builtins.ts";
import { type Licence, licencesOf, licencesText } from "./licences.ts";
import { putMainIntoFunction } from "./main_function.ts";
import { outputOf } from "./run_command.ts";
import { sourceCommit } from "./source_commit.ts";

/** Options of {@linkcode bundleProgram}. */
export interface BundleOptions {
  /** The folder that the files are put into. */
  readonly to: string;
}

/** The program as one file, and what belongs to it. */
export interface Bundle {
  /** `rcc-oci.js`. */
  readonly path: string;
  readonly mapPath: string;
  /** The licences of what the file contains, which stand at its end too. */
  readonly licencesPath: string;
}

/** The files of a bundle that is in the folder, or will be. */
export function bundleIn(folder: string): Bundle {
  return {
    path: join(folder, `${PROGRAM_NAME}.js`),
    mapPath: join(folder, `${PROGRAM_NAME}.js.map`),
    licencesPath: join(folder, "LICENSES.txt"),
  };
}

/**
 * Makes the program one file, with a source map. The same sources give the same bytes on every
 * machine.
 *
 * It is bundled twice: the first result is given the commit and made to start fast, and its source
 * map goes into that of the second. Neither is minified: Deno 2.9's minifier drops `using` where the
 * variable is named once more, so that files would stay open, and locks closed.
 */
export async function bundleProgram({ to }: BundleOptions): Promise<Bundle> {
  await mkdir(to, { recursive: true });
  const folder = await mkdtemp(join(to, ".bundle-"));
  try {
    const readable = join(folder, "readable.js");
    await runBundler(join(ROOT, "src/main.ts"), ["--sourcemap=inline", `--output=${readable}`]);
    const text = putCommit(await readFile(readable, "utf8"), await sourceCommit());
    await writeFile(readable, putMainIntoFunction(loadBuiltinsLate(text)));

    const { path, mapPath, licencesPath } = bundleIn(folder);
    await runBundler(readable, ["--sourcemap=external", `--output=${path}`]);
    requireDisposal(await readFile(readable, "utf8"), await readFile(path, "utf8"));
    const map = rebaseMap(await readFile(mapPath, "utf8"), folder);
    const licences = await licencesOf(map.sources.map((source) => source.replace("../", "")));
    await writeFile(mapPath, JSON.stringify(map));
    const program = withoutOwnName(await readFile(path, "utf8"));
    await writeFile(path, withNotices(program, licences));
    await writeFile(licencesPath, licencesText(licences));

    const bundle = bundleIn(to);
    await rename(mapPath, bundle.mapPath);
    await rename(licencesPath, bundle.licencesPath);
    await rename(path, bundle.path);
    return bundle;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * For the platform "browser" the bundler takes the ECMAScript modules of packages, and adds no
 * `createRequire(import.meta.url)`, which fails in a file that is run from a URL.
 */
async function runBundler(entry: string, args: readonly string[]): Promise<void> {
  await outputOf([
    Deno.execPath(),
    ...["bundle", "--quiet", "--platform=browser", "--config", join(ROOT, "deno.json")],
    ...args,
    entry,
  ], { cwd: ROOT });
}

/** What the sources dispose of, the bundle must dispose of too. */
function requireDisposal(before: string, after: string): void {
  const count = (text: string) => text.match(/\busing\s+[\w$]+\s*=/g)?.length ?? 0;
  if (count(before) === count(after)) return;
  throw new Error(
    `failed to bundle: expected ${count(before)} declarations with "using", found ${count(after)}`,
  );
}

function putCommit(bundle: string, commit: string): string {
  const [before, after, ...rest] = bundle.split(`COMMIT = "${COMMIT}";`);
  if (before === undefined || after === undefined || rest.length > 0) {
    throw new Error("failed to put the commit into the bundle: expected one place for it");
  }
  return `${before}COMMIT = "${commit}";${after}`;
}

interface SourceMap {
  readonly sources: readonly string[];
}

/** The sources as seen from `dist`, wherever the bundle was made: no path of the machine. */
function rebaseMap(text: string, folder: string): SourceMap {
  const map: SourceMap = JSON.parse(text);
  const sources = map.sources.map((source) =>
    `../${relative(ROOT, resolve(folder, source)).replaceAll("\\", "/")}`
  );
  return { ...map, sources };
}

/** The bundler notes which file was bundled, in a line that the source map knows: a temporary one. */
function withoutOwnName(bundle: string): string {
  return bundle.replace(/^\/\/ .*\/readable\.js$/m, "//");
}

/** At the end, where they move no line that the source map knows. */
function withNotices(bundle: string, licences: readonly Licence[]): string {
  const notices = `${PROGRAM_NAME} ${VERSION}: ${DESCRIPTION}.
Licensed under the Apache License, Version 2.0 (https://www.apache.org/licenses/LICENSE-2.0).
It contains the following packages.

${licencesText(licences)}`;
  return [
    bundle.trimEnd(),
    `/*!\n${notices.replaceAll("*/", "* /")}*/`,
    `//# sourceMappingURL=${PROGRAM_NAME}.js.map\n`,
  ].join("\n");
}
