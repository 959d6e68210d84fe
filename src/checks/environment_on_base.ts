import type { BaseLibrary, Tree } from "../base/mod.ts";
import { Failure } from "../failure/mod.ts";
import { compareVersions } from "../programs/mod.ts";
import type { EnvironmentDemands, LibraryDemand } from "./demands.ts";
import type { Findings } from "./findings.ts";
import { foreignWarning } from "./foreign_binaries.ts";

/** What a base has for programs that are not its own. */
export interface ProgramHost {
  /** As it was given. */
  readonly name: string;
  readonly tree: Pick<Tree, "find">;
  /** Its interpreters and C libraries. */
  readonly libraries: readonly BaseLibrary[];
  /** Whether an interpreter would find a library, which may also be told to look in `folders`. */
  hasLibrary(name: string, folders: readonly string[]): boolean;
}

const MUSL = "/lib/ld-musl-x86_64.so.1";
const SUCH_AS = `use one that has it, such as "debian:stable-slim"`;

/** Whether an environment's programs can be started on a base. */
export function checkEnvironment(demands: EnvironmentDemands, base: ProgramHost): Findings {
  const musl = muslFailure(demands, base);
  if (musl !== undefined) return { failures: [musl], warnings: [] };
  const missing = demands.interpreters.filter(({ path }) => !isFile(base, path));
  const failures = [
    ...missing.filter(({ isOnPath }) => isOnPath).map(({ path, file }) =>
      startFailure("base/c-library", base, `"${file}" is loaded by "${path}", ${SUCH_AS}`)
    ),
    ...libraryFailures(demands, base),
    ...versionFailures(demands, base),
  ];
  return {
    failures,
    warnings: [
      ...missing.filter(({ isOnPath }) => !isOnPath).map(({ path, file }) =>
        `"${file}" of the environment is loaded by "${path}", which the base does not have`
      ),
      ...libraryWarnings(demands, base),
      ...demands.foreign.map(({ machine, files, count }) => foreignWarning(machine, files, count)),
    ],
  };
}

const C_LIBRARY = "libc.so.6";

/** Programs for glibc say by their interpreter, or by what they need, that they are such. */
function muslFailure(
  { interpreters, libraries }: EnvironmentDemands,
  base: ProgramHost,
): Failure | undefined {
  const hasGlibc = base.libraries.some(({ glibc }) => glibc !== undefined);
  if (hasGlibc || !base.libraries.some(({ path }) => path === MUSL)) return undefined;
  const file = interpreters.find(({ path, isOnPath }) => isOnPath && path !== MUSL)?.file ??
    libraries.find(({ name }) => name === C_LIBRARY)?.file;
  if (file === undefined) return undefined;
  return startFailure(
    "base/musl",
    base,
    `its C library is musl, as Alpine's, and "${file}" is made for glibc, use a base with glibc, ` +
      `such as "debian:stable-slim"`,
  );
}

function libraryFailures({ libraries }: EnvironmentDemands, base: ProgramHost): readonly Failure[] {
  return libraries.filter(({ name, folders }) =>
    name === C_LIBRARY && !base.hasLibrary(name, folders)
  ).map(({ file }) =>
    startFailure("base/c-library", base, `"${file}" needs "${C_LIBRARY}", ${SUCH_AS}`)
  );
}

function versionFailures({ glibc }: EnvironmentDemands, base: ProgramHost): readonly Failure[] {
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

const MOST_WARNINGS = 8;

function libraryWarnings({ libraries }: EnvironmentDemands, base: ProgramHost): readonly string[] {
  const missing = libraries.filter(({ name, folders }) =>
    name !== C_LIBRARY && !base.hasLibrary(name, folders)
  );
  const others = missing.slice(MOST_WARNINGS).map(({ name }) => name);
  return [
    ...missing.slice(0, MOST_WARNINGS).map(libraryWarning),
    ...(others.length === 0
      ? []
      : [`${others.length} more libraries are in neither of them: ${others.join(", ")}`]),
  ];
}

function libraryWarning({ name, file, count }: LibraryDemand): string {
  const others = count === 1 ? "" : ` and ${count - 1} more`;
  return `"${name}" is neither in the environment nor in the base, and "${file}"${others} cannot ` +
    `be loaded without it, use a base that has it if the robot does so`;
}

function isFile({ tree }: ProgramHost, path: string): boolean {
  return tree.find(path)?.node.type === "file";
}

function startFailure(
  id: "base/c-library" | "base/glibc-version" | "base/musl",
  { name }: ProgramHost,
  problem: string,
): Failure {
  return new Failure(id, `failed to start the environment on base image "${name}": ${problem}`);
}
