import { type Environment, findPython } from "../holotree/mod.ts";
import type { Image, Layer } from "../image/mod.ts";
import type { Written } from "../output/mod.ts";
import {
  BYTECODE_SIZE,
  IMAGE_PATHS,
  type Plan,
  planNames,
  sizeOfSources,
  type StartMode,
} from "../plan/mod.ts";
import { type BuildSummary, formatBytes, type SummaryPart } from "../report/mod.ts";
import type { Robot } from "../robot/mod.ts";
import { buildManifest, imageSize } from "./build_manifest.ts";
import { countEnvironmentFiles } from "./environment_files.ts";
import type { FoundInImage } from "./select_environment.ts";

/** Everything that a build has made and known. */
export interface BuildFacts {
  readonly plan: Plan;
  readonly robot: Robot;
  readonly environment?: Environment | undefined;
  /** The image that has it, when no library does. */
  readonly published?: FoundInImage;
  readonly layers: readonly Layer[];
  readonly image: Image;
  readonly written: readonly Written[];
  readonly start: StartMode;
  /** Whether bytecode could be compiled here, and was not asked for. */
  readonly mayCompile: boolean;
  readonly warnings: readonly string[];
}

/** What the report says of a build. */
export function buildSummary(facts: BuildFacts): BuildSummary {
  const { plan, robot, environment, image, written, start, warnings } = facts;
  return {
    references: planNames(plan),
    digest: image.manifest.descriptor.digest,
    base: plan.base.referenceName + (plan.base.digest === undefined ? "" : `@${plan.base.digest}`),
    outputs: written,
    parts: partsOf(facts),
    ...packedAnew(facts),
    totalSize: imageSize(image),
    artifactsPath: plan.artifactsPath,
    needsTask: robot.needsTaskArgument ? robot.tasks.map(({ name }) => name) : [],
    mode: environment?.mode ?? "none",
    start,
    notes: notesOf(facts),
    warnings,
    manifest: buildManifest(facts),
  };
}

function partsOf({ plan, layers }: BuildFacts): readonly SummaryPart[] {
  const baseSize = plan.base.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  return [
    { name: "base", size: baseSize, fromCache: false },
    ...Map.groupBy(layers, ({ plan }) => plan.name).entries().map(([name, layers]) => ({
      name,
      size: layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
      ...totalTarSize(layers),
      fromCache: layers.every(({ fromCache }) => fromCache),
    })),
  ];
}

function notesOf(facts: BuildFacts): readonly string[] {
  const { plan, environment, mayCompile } = facts;
  const notes = [
    ...plan.opened.map((path) => `"${path}" of the base can be entered by the robot's user now`),
    ...homeNotes(plan),
    ...plan.plain.map((path) => `"${path}" of the environment has no setuid, setgid or sticky bit`),
  ];
  const bytecode = mayCompile ? bytecodeNotes(environment) : [];
  return [...notes, ...startNotes(facts), ...bytecode];
}

/** From so many files on, what rcc does with each of them at a start is seconds. */
const MANY_FILES = 10_000;

function startNotes({ start, ...input }: BuildFacts): readonly string[] {
  if (start === "checked") {
    const files = countEnvironmentFiles(input);
    return files > MANY_FILES
      ? [`rcc looks at ${files} files before each start: --start trusted spares that`]
      : [];
  }
  const readers = start === "sealed" ? ", and everybody can read the environment's files" : "";
  return [
    `${start}: rcc takes the environment as it is, repairs nothing and says so at each start`,
    `${start}: it keeps no journal and sets no TEMP${readers}`,
  ];
}

/** Nothing where one of them is from a published image, which does not say. */
function totalTarSize(layers: readonly Layer[]): { readonly tarSize?: number } {
  const tarSize = layers.reduce((sum, { tarSize = NaN }) => sum + tarSize, 0);
  return Number.isNaN(tarSize) ? {} : { tarSize };
}

/** Which packages of the environment had to be packed, when others are from the cache. */
function packedAnew({ layers }: BuildFacts): Pick<BuildSummary, "packedAnew"> {
  const environment = layers.filter(({ plan }) => plan.name === "environment");
  const anew = environment.filter(({ fromCache }) => !fromCache);
  if (anew.length === 0 || anew.length === environment.length) return {};
  const names = anew.flatMap(({ plan: { kind, packages } }) =>
    packages.length === 0 ? [kind] : packages
  );
  const bytes = anew.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  return { packedAnew: { names, layers: anew.length, of: environment.length, bytes } };
}

/** Some users of a base have a home that is not theirs. */
function homeNotes({ user, base }: Plan): readonly string[] {
  const node = base.tree.find(user.home)?.node;
  if (node === undefined || user.uid === 0 || user.home === IMAGE_PATHS.robotHome) return [];
  const isWritable = node.uid === user.uid || (node.mode & 0o002) !== 0;
  return isWritable ? [] : [`HOME is "${user.home}", where the robot's user cannot write`];
}

/** From so many packed bytes on, nobody is told to have bytecode who has not asked for it. */
const MOST_CHEAP = 60_000_000;

/** What `--compile-bytecode` would bring where it was not asked for and is cheap. */
export function bytecodeNotes(environment: Environment | undefined): readonly string[] {
  const python = environment && findPython(environment.catalog);
  if (environment === undefined || python === undefined) return [];
  const packed = sizeOfSources(environment.catalog, python) * BYTECODE_SIZE.packed;
  if (packed === 0 || packed > MOST_CHEAP) return [];
  return [
    `Python compiles at each start what the robot imports: --compile-bytecode spares that, for about ` +
    formatBytes(packed),
  ];
}
