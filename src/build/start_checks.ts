import {
  checkBlueprint,
  checkCommands,
  checkEnvironment,
  checkSearchFolders,
  type CommandPlaces,
  type EnvironmentFile,
  type Findings,
  foreignInterpreters,
  ImageFiles,
  relocateFacts,
  relocateText,
  startedCommands,
  type StartPrograms,
  startPrograms,
} from "../checks/mod.ts";
import { throwFailures } from "../failure/mod.ts";
import {
  blueprintHash,
  blueprintText,
  type Environment,
  findFile,
  nodePath,
  restoredNodes,
  walkCatalog,
} from "../holotree/mod.ts";
import type { FoundProgram } from "../packing/mod.ts";
import { IMAGE_PATHS, type Plan, robotFolder, type StartMode } from "../plan/mod.ts";
import type { ProgramFacts } from "../programs/mod.ts";
import { robotCommands, shellOf } from "../robot/mod.ts";
import type { ProgramRecord } from "../cache_image/mod.ts";
import type { CompleteInputs } from "./complete_inputs.ts";
import {
  activatedLibraryPath,
  keepRecord,
  programNodes,
  programRecord,
  readProgramFacts,
  readRecord,
} from "./environment_programs.ts";
import { localChannelOf } from "./host_facts.ts";
import type { Session } from "./session.ts";
import { startWarnings, variablesOf } from "./start_warnings.ts";

/** Options of {@linkcode StartChecks.begin}. */
export interface StartChecksOptions extends Session {
  readonly inputs: Pick<CompleteInputs, "robot" | "listing" | "environment" | "published" | "base">;
  readonly start: StartMode;
}

/** What is known of an environment's programs. */
interface EnvironmentPrograms {
  /** By their paths, as they will be in the image. */
  readonly programs: ReadonlyMap<string, ProgramFacts>;
  readonly files: ImageFiles;
  readonly libraryPath: readonly string[];
  readonly started: readonly string[];
}

/**
 * Whether the robot will start. What the environment's programs say is known from an earlier build of
 * the same catalog. Else those that the image is going to start are looked into beforehand, and the
 * workers find the others while they pack: all is judged then, before anything is published.
 */
export class StartChecks {
  readonly #plan: Plan;
  readonly #options: StartChecksOptions;
  readonly #packed: FoundProgram[] = [];
  #known: EnvironmentPrograms | undefined;
  /** Whether all programs are known. */
  #isWhole = false;

  private constructor(plan: Plan, options: StartChecksOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  /** Judges all that is known already. @throws {Failure} or {Failures} */
  static async begin(plan: Plan, options: StartChecksOptions): Promise<StartChecks> {
    const { inputs: { environment }, cache } = options;
    const checks = new StartChecks(plan, options);
    const { published } = options.inputs;
    const record = published?.facts.record ??
      (environment && await readRecord(environment, cache));
    checks.#isWhole = environment === undefined || record !== undefined;
    if (environment !== undefined) {
      checks.#known = record === undefined
        ? await checks.#lookIntoStarted(environment)
        : checks.#placed(environment, record);
    }
    checks.#judge({ isLast: checks.#isWhole });
    const { base } = options.inputs;
    checks.#warn(startWarnings(plan, { environment, base, places: checks.#places() }));
    return checks;
  }

  /** Told of each program that is packed. */
  add(program: FoundProgram): void {
    this.#packed.push(program);
  }

  /** Judges what packing has shown. @throws {Failure} or {Failures} */
  async finish(): Promise<void> {
    const { inputs: { environment }, cache } = this.#options;
    if (environment === undefined || this.#isWhole) return;
    const record = await programRecord(environment, this.#packed);
    await keepRecord(record, { environment, cache });
    this.#known = this.#placed(environment, record);
    this.#isWhole = true;
    this.#judge({ isLast: true });
  }

  /** All programs, where they will be. */
  #placed(environment: Environment, record: ProgramRecord): EnvironmentPrograms {
    const { catalog } = environment;
    const { tree } = catalog;
    const relocation = { from: catalog.path, to: this.#plan.space!.folder };
    const byNode = programNodes(catalog, record.programs);
    const programs = new Map(
      [...byNode].map(([node, facts]) => [nodePath(tree, node), relocateFacts(facts, relocation)]),
    );
    const files = this.#files(
      restoredNodes(catalog).filter((node) => tree.symlinks.has(node) || byNode.has(node))
        .map((node) => ({ path: nodePath(tree, node), symlink: tree.symlinks.get(node) })),
    );
    const libraryPath = this.#libraryPath(environment, record.libraryPath);
    const { started } = this.#follow(programs, { files, libraryPath });
    return { programs, files, libraryPath, started };
  }

  /** Reads what the image is going to start, and what that loads. */
  async #lookIntoStarted(environment: Environment): Promise<EnvironmentPrograms> {
    const { catalog } = environment;
    const relocation = { from: catalog.path, to: this.#plan.space!.folder };
    const files = this.#files(
      walkCatalog(catalog).filter(({ path, symlink, kind }) =>
        symlink !== undefined || (kind === "file" && /^bin\/[^/]+$|\.so\b/.test(path))
      ),
    );
    const libraryPath = this.#libraryPath(environment, await activatedLibraryPath(environment));
    const known = new Map<string, ProgramFacts | undefined>();
    for (;;) {
      const { started, wanted } = this.#follow(known, { files, libraryPath });
      if (wanted.length === 0) {
        const programs = new Map(
          [...known].flatMap(([path, facts]) => facts === undefined ? [] : [[path, facts]]),
        );
        return { programs, files, libraryPath, started };
      }
      for (const path of wanted) {
        const facts = await readProgramFacts(findFile(catalog, path)!, environment);
        known.set(path, facts && relocateFacts(facts, relocation));
      }
    }
  }

  #follow(
    known: ReadonlyMap<string, ProgramFacts | undefined>,
    at: Pick<EnvironmentPrograms, "files" | "libraryPath">,
  ): { readonly started: readonly string[]; readonly wanted: readonly string[] } {
    const { robot, base } = this.#options.inputs;
    const commands = startedCommands(robotCommands(robot), {
      ...this.#places(),
      ...this.#task(),
    });
    const facts = { ...at, folder: this.#plan.space!.folder, known, base: base.loader };
    const tasks = commands.map((command) =>
      command === undefined ? NO_PROGRAM : startPrograms(command, facts)
    );
    // Nearly all robots start it, in one way or another.
    const python = startPrograms("bin/python3", facts);
    const [first = NO_PROGRAM, ...others] = tasks;
    return {
      started: first.programs.filter((program) =>
        others.every(({ programs }) => programs.includes(program))
      ),
      wanted: [...new Set([...tasks, python].flatMap(({ wanted }) => wanted))],
    };
  }

  #files(files: Iterable<EnvironmentFile>): ImageFiles {
    return new ImageFiles({
      tree: this.#options.inputs.base.tree,
      folder: this.#plan.space!.folder,
      files,
    });
  }

  /** Of the image, or else as activation sets it. */
  #libraryPath({ catalog }: Environment, activated: string | undefined): readonly string[] {
    const { space } = this.#plan;
    const value = activated === undefined
      ? variablesOf(this.#plan).LD_LIBRARY_PATH ?? ""
      : relocateText(activated, { from: catalog.path, to: space!.folder });
    return foldersOf(value);
  }

  #judge({ isLast }: { readonly isLast: boolean }): void {
    const findings = [
      this.#checkBlueprint(),
      checkSearchFolders(this.#options.inputs.robot, this.#places()),
      this.#checkCommands(),
      this.#checkEnvironment(),
    ];
    throwFailures(findings.flatMap(({ failures }) => failures));
    if (!isLast) return;
    this.#warn(findings.flatMap(({ warnings }) => warnings));
  }

  #warn(warnings: readonly string[]): void {
    for (const warning of warnings) this.#options.context.reporter.warn(warning);
  }

  /** RCC of the container knows nothing of a channel of this machine. */
  #checkBlueprint(): Findings {
    const { inputs: { robot, environment }, start, context } = this.#options;
    if (environment === undefined) return NOTHING;
    const { conda, relative } = robot.environment!;
    const localChannel = localChannelOf(context);
    return checkBlueprint({
      catalog: environment.catalog.blueprint,
      robot: blueprintHash(blueprintText(conda)),
      fileName: relative,
      ...(localChannel === undefined ? {} : {
        host: { localChannel, hash: blueprintHash(blueprintText(conda, { localChannel })) },
      }),
      isTaken: start !== "checked",
    });
  }

  #checkCommands(): Findings {
    return checkCommands(robotCommands(this.#options.inputs.robot), {
      ...this.#places(),
      ...this.#task(),
      shellOf,
    });
  }

  /** The task that the image runs without being told which. */
  #task(): { readonly task?: string } {
    const { robot } = this.#options.inputs;
    const task = robot.chosenTask ?? (robot.tasks.length === 1 ? robot.tasks[0] : undefined);
    return task === undefined ? {} : { task: task.name };
  }

  #places(): CommandPlaces {
    const { inputs: { robot, listing, environment, base } } = this.#options;
    const { space } = this.#plan;
    return {
      baseName: base.name,
      tree: base.tree,
      robot: {
        folder: robotFolder(robot),
        PATH: robot.PATH,
        root: IMAGE_PATHS.app,
        entries: listing.entries,
      },
      ...(environment === undefined ? {} : {
        environment: {
          has: (path) => findFile(environment.catalog, path) !== undefined,
          scripts: this.#known === undefined
            ? {}
            : foreignInterpreters(this.#known.programs, space!.folder),
        },
      }),
      PATH: foldersOf(variablesOf(this.#plan).PATH ?? ""),
      others: [IMAGE_PATHS.rcc],
    };
  }

  #checkEnvironment(): Findings {
    if (this.#known === undefined) return NOTHING;
    return checkEnvironment(
      { ...this.#known, folder: this.#plan.space!.folder },
      this.#options.inputs.base,
    );
  }
}

const NO_PROGRAM: StartPrograms = { programs: [], wanted: [] };
const NOTHING: Findings = { failures: [], warnings: [] };

function foldersOf(list: string): readonly string[] {
  return list.split(":").filter((folder) => folder.startsWith("/"));
}
