import { libraryFinder } from "../base/mod.ts";
import {
  checkBlueprint,
  checkCommands,
  checkEnvironment,
  type EnvironmentDemands,
  environmentDemands,
  type Findings,
} from "../checks/mod.ts";
import type { FoundProgram } from "../packing/mod.ts";
import { throwFailures } from "../failure/mod.ts";
import {
  blueprintHash,
  blueprintText,
  type Environment,
  findFile,
  walkCatalog,
} from "../holotree/mod.ts";
import { digestOf, hexOf, isObject } from "../oci/mod.ts";
import { IMAGE_PATHS, type Plan } from "../plan/mod.ts";
import { robotCommands, shellOf } from "../robot/mod.ts";
import type { BuildInputs } from "./build_inputs.ts";
import type { BuildContext } from "./seek_inputs.ts";
import { localChannelOf } from "./host_facts.ts";

/** Options of {@linkcode StartChecks.begin}. */
export interface StartChecksOptions extends BuildContext {
  readonly inputs: Pick<BuildInputs, "robot" | "listing" | "environment" | "base">;
  readonly sealed: boolean;
}

/**
 * Whether the robot will start. What the environment asks of the base is known from an earlier build
 * of the same catalog; else the workers find it while they pack, and it is judged then, before
 * anything is published.
 */
export class StartChecks {
  readonly #plan: Plan;
  readonly #options: StartChecksOptions;
  readonly #programs = new Map<string, FoundProgram["facts"]>();
  #demands: EnvironmentDemands | undefined;

  private constructor(
    plan: Plan,
    options: StartChecksOptions,
    demands: EnvironmentDemands | undefined,
  ) {
    this.#plan = plan;
    this.#options = options;
    this.#demands = demands;
  }

  /** Judges all that is known already. @throws {Failure} or {Failures} */
  static async begin(plan: Plan, options: StartChecksOptions): Promise<StartChecks> {
    const { inputs: { environment }, cache } = options;
    const demands = environment && await readDemands(environment, options);
    const checks = new StartChecks(plan, options, demands);
    checks.#judge({ isLast: environment === undefined || demands !== undefined });
    return checks;
  }

  /** Told of each program that is packed. */
  add({ digest, facts }: FoundProgram): void {
    this.#programs.set(digest, facts);
  }

  /** Judges what packing has brought to light. @throws {Failure} or {Failures} */
  async finish(): Promise<void> {
    const { inputs: { environment }, cache } = this.#options;
    if (environment === undefined || this.#demands !== undefined) return;
    const { catalog } = environment;
    this.#demands = environmentDemands(walkCatalog(catalog), {
      path: catalog.path,
      programs: new Map(
        this.#programs.entries().map(([digest, facts]) => [catalog.contents.find(digest)!, facts]),
      ),
    });
    const fact: StoredDemands = { version: VERSION, demands: this.#demands };
    await cache.writeFact(FACTS, factKey(environment), fact);
    this.#judge({ isLast: true });
  }

  #judge({ isLast }: { readonly isLast: boolean }): void {
    const findings = [this.#checkBlueprint(), this.#checkCommands(), this.#checkEnvironment()];
    throwFailures(findings.flatMap(({ failures }) => failures));
    if (!isLast) return;
    for (const warning of findings.flatMap(({ warnings }) => warnings)) {
      this.#options.context.reporter.warn(warning);
    }
  }

  /** RCC of the container knows nothing of a channel of this machine. */
  #checkBlueprint(): Findings {
    const { inputs: { robot, environment }, sealed, context } = this.#options;
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
      sealed,
    });
  }

  #checkCommands(): Findings {
    const { inputs: { robot, listing, environment, base } } = this.#options;
    const task = robot.chosenTask ?? (robot.tasks.length === 1 ? robot.tasks[0] : undefined);
    return checkCommands(robotCommands(robot), {
      baseName: base.name,
      tree: base.tree,
      robot: { folder: IMAGE_PATHS.app, entries: listing.entries, PATH: robot.PATH },
      ...(environment === undefined ? {} : {
        environment: {
          has: (path) => findFile(environment.catalog, path) !== undefined,
          scripts: this.#demands?.scripts ?? {},
        },
      }),
      PATH: pathOf(this.#plan),
      others: [IMAGE_PATHS.rcc],
      ...(task === undefined ? {} : { task: task.name }),
      shellOf,
    });
  }

  #checkEnvironment(): Findings {
    if (this.#demands === undefined) return NOTHING;
    const { name, tree, libraries } = this.#options.inputs.base;
    return checkEnvironment(this.#demands, {
      name,
      tree,
      libraries,
      hasLibrary: libraryFinder(tree),
    });
  }
}

const NOTHING: Findings = { failures: [], warnings: [] };

const FACTS = "elf";
/** Another form of the facts, or another way to find them, gets another number. */
const VERSION = 2;

interface StoredDemands {
  readonly version: typeof VERSION;
  readonly demands: EnvironmentDemands;
}

async function readDemands(
  environment: Environment,
  { cache }: BuildContext,
): Promise<EnvironmentDemands | undefined> {
  const fact = await cache.readFact(FACTS, factKey(environment));
  return isStoredDemands(fact) ? fact.demands : undefined;
}

/** The version stands for the form: nobody else writes into the cache. */
function isStoredDemands(value: unknown): value is StoredDemands {
  return isObject(value) && value.version === VERSION;
}

/** The catalog decides all: it has the digest of every file. */
function factKey({ catalogFile }: Environment): string {
  return hexOf(digestOf(catalogFile));
}

function pathOf({ config }: Plan): readonly string[] {
  const variable = config.Env?.find((text) => text.startsWith("PATH=")) ?? "PATH=";
  return variable.slice("PATH=".length).split(":").filter((folder) => folder.startsWith("/"));
}
