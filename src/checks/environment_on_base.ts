import type { BaseLibrary, LoaderFacts, OsRelease, Tree } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import { compareVersions, type ProgramFacts } from "../programs/mod.ts";
import { debianPackage } from "./debian_packages.ts";
import { type EnvironmentRequirements, environmentRequirements } from "./requirements.ts";
import type { Findings } from "./findings.ts";
import { foreignWarning } from "./foreign_binaries.ts";
import type { ImageFiles } from "./image_files.ts";
import { type LibraryProblem, missingLibraries } from "./missing_libraries.ts";

/** What a base has for programs that are not its own. */
export interface ProgramHost {
  /** As it was given. */
  readonly name: string;
  readonly tree: Pick<Tree, "find">;
  /** Its interpreters and C libraries. */
  readonly libraries: readonly BaseLibrary[];
  /** Where its interpreter looks for libraries. */
  readonly loader: LoaderFacts;
  /** Which system it is. */
  readonly release?: OsRelease | undefined;
}

/** An environment as it will stand in the image. */
export interface PlacedEnvironment {
  /** Where, absolute. */
  readonly folder: string;
  /** What its programs say, there, by their paths, relative to it. */
  readonly programs: ReadonlyMap<string, ProgramFacts>;
  /** Its files and the base's. */
  readonly files: Pick<ImageFiles, "find" | "ownNamed">;
  /** The value of LD_LIBRARY_PATH. */
  readonly libraryPath: readonly string[];
  /** Those of its programs that the image cannot do without. */
  readonly started: readonly string[];
}

const MUSL = "/lib/ld-musl-x86_64.so.1";
const SUCH_AS = `use one that has it, such as "debian:stable-slim"`;

/** Whether an environment's programs can be started on a base. */
export function checkEnvironment(environment: PlacedEnvironment, base: ProgramHost): Findings {
  const requirements = environmentRequirements(environment.programs, environment.folder);
  const libraries = missingLibraries(requirements.elves, {
    ...environment,
    base: base.loader,
    python: environment.files.find(`${environment.folder}/bin/python3`)?.own,
  });
  const musl = muslFailure(requirements, libraries, base);
  if (musl !== undefined) return { failures: [musl], warnings: [] };
  const missing = requirements.interpreters.filter(({ path }) => !isFile(base, path));
  const isFatal = ({ name, programs }: LibraryProblem) =>
    name !== C_LIBRARY && programs.some((program) => environment.started.includes(program));
  return {
    failures: [
      ...missing.filter(({ isOnPath }) => isOnPath).map(({ path, file }) =>
        startFailure("base/c-library", base, `"${file}" is loaded by "${path}", ${SUCH_AS}`)
      ),
      ...libraries.filter(({ name }) => name === C_LIBRARY).map(({ askedBy: [file] }) =>
        startFailure("base/c-library", base, `"${file}" needs "${C_LIBRARY}", ${SUCH_AS}`)
      ),
      ...libraries.filter(isFatal).map((problem) => libraryFailure(problem, environment, base)),
      ...versionFailures(requirements, base),
    ],
    warnings: [
      ...missing.filter(({ isOnPath }) => !isOnPath).map(({ path, file }) =>
        `"${file}" of the environment is loaded by "${path}", which the base does not have`
      ),
      ...libraryWarnings(
        libraries.filter((each) => each.name !== C_LIBRARY && !isFatal(each)),
        base,
      ),
      ...requirements.foreign.map(({ machine, files, count }) =>
        foreignWarning(machine, files, count)
      ),
    ],
  };
}

const C_LIBRARY = "libc.so.6";

/** Programs for glibc say by their interpreter, or by what they need, that they are such. */
function muslFailure(
  { interpreters }: EnvironmentRequirements,
  libraries: readonly LibraryProblem[],
  base: ProgramHost,
): Failure | undefined {
  const hasGlibc = base.libraries.some(({ glibc }) => glibc !== undefined);
  if (hasGlibc || !base.libraries.some(({ path }) => path === MUSL)) return undefined;
  const file = interpreters.find(({ path, isOnPath }) => isOnPath && path !== MUSL)?.file ??
    libraries.find(({ name }) => name === C_LIBRARY)?.askedBy[0];
  if (file === undefined) return undefined;
  return startFailure(
    "base/musl",
    base,
    `its C library is musl, as Alpine's, and "${file}" is made for glibc, use a base with glibc, ` +
      `such as "debian:stable-slim"`,
  );
}

function versionFailures(
  { glibc }: EnvironmentRequirements,
  base: ProgramHost,
): readonly Failure[] {
  const versions = base.libraries.flatMap((library) => library.glibc ?? []);
  const [newest] = versions.sort(compareVersions).reverse();
  if (glibc === undefined || newest === undefined) return [];
  if (compareVersions(newest, glibc.version) >= 0) return [];
  return [
    startFailure(
      "base/glibc-version",
      base,
      `"${glibc.file}" needs glibc ${glibc.version}, and the base has ${newest}, use a newer one, ` +
        `such as "debian:stable-slim"`,
    ),
  ];
}

/** A library without which what the image starts does not start. */
function libraryFailure(
  { name, askedBy: [file], programs: [program], elsewhere }: LibraryProblem,
  { folder }: PlacedEnvironment,
  base: ProgramHost,
): Failure {
  const who = file === program ? `"${program}"` : `"${program}" loads "${file}", which`;
  if (elsewhere === undefined) {
    const cure = `use a base that has it${packageHint(name, base)}`;
    return startFailure("base/library", base, `${who} needs "${name}", ${cure}`);
  }
  const place = elsewhere.slice(0, Math.max(elsewhere.lastIndexOf("/"), 0));
  return startFailure(
    "base/library",
    base,
    `${who} needs "${name}", which lies at "${elsewhere}" of the environment, where the loader does ` +
      `not look for it, build the environment anew, or add --env ` +
      `LD_LIBRARY_PATH=${[folder, place].filter((part) => part !== "").join("/")}`,
  );
}

const MOST_WARNINGS = 8;

function libraryWarnings(
  missing: readonly LibraryProblem[],
  base: ProgramHost,
): readonly string[] {
  const sorted = [...missing].sort((a, b) => weightOf(b) - weightOf(a));
  const others = sorted.slice(MOST_WARNINGS).map(({ name }) => name);
  return [
    ...sorted.slice(0, MOST_WARNINGS).map((problem) => libraryWarning(problem, base)),
    ...(others.length === 0
      ? []
      : [`${others.length} more libraries would not be found: ${others.join(", ")}`]),
  ];
}

/** Programs and what Python imports come before plugins, of which packages bring many for all cases. */
function weightOf({ askedBy, programs }: LibraryProblem): number {
  const isImported = askedBy.some((file) => /\.(?:cpython-[^/]+|abi3)\.so$/.test(file));
  return isImported || programs.length > 0 ? 1 : 0;
}

function libraryWarning(
  { name, askedBy, elsewhere }: LibraryProblem,
  base: ProgramHost,
): string {
  const [file] = askedBy;
  const others = askedBy.length === 1 ? "" : ` and ${askedBy.length - 1} more`;
  if (elsewhere !== undefined) {
    return `"${name}" lies at "${elsewhere}" of the environment, where the loader does not look for ` +
      `it: "${file}"${others} can be loaded only when the robot loads that before`;
  }
  return `"${name}" is neither in the environment nor in the base, and "${file}"${others} cannot ` +
    `be loaded without it, use a base that has it${packageHint(name, base)} if the robot does so`;
}

function packageHint(name: string, { release }: ProgramHost): string {
  const found = debianPackage(name, release);
  return found === undefined ? "" : ` (Debian's package ${found})`;
}

function isFile({ tree }: ProgramHost, path: string): boolean {
  return tree.find(path)?.node.type === "file";
}

function startFailure(
  id: "base/c-library" | "base/glibc-version" | "base/library" | "base/musl",
  { name }: ProgramHost,
  problem: string,
): Failure {
  return new Failure(id, `failed to start the environment on base image "${name}": ${problem}`);
}
