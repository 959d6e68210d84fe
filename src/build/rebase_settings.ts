import type { Base } from "../base/mod.ts";
import { type CacheImage, type EnvironmentFacts, inconsistent } from "../cache_image/mod.ts";
import { Failure } from "../failure/mod.ts";
import { type ContainerConfig, type ImageConfig, parseReference } from "../oci/mod.ts";
import {
  ENVIRONMENT_LABEL,
  formatTime,
  IMAGE_PATHS,
  type ImageOptions,
  isLayersLabel,
  type Plan,
  type PlanFacts,
  planImage,
} from "../plan/mod.ts";
import { rebuildReason } from "./rebase_reason.ts";
import { statedChoices } from "./stated_choices.ts";

/** What the Entrypoint of an image starts. */
export interface StartCommand {
  /** The robot.yaml in the image. */
  readonly file: string;
  readonly task?: string;
  readonly init: boolean;
  readonly isChecked: boolean;
}

/** @throws {Failure} when it is none of this program's. */
export function startCommandOf({ name, found: { config } }: CacheImage): StartCommand {
  const words = config.config?.Entrypoint ?? [];
  const init = words[0] === IMAGE_PATHS.init;
  const at = words.indexOf("--robot");
  const file = words[at + 1];
  if (at < 0 || file === undefined) {
    throw inconsistent(name, `its Entrypoint is ${JSON.stringify(words)}`);
  }
  const task = words[at + 2] === "--task" ? words[at + 3] : undefined;
  const isChecked = !words.slice(0, at).includes("--warranty-voided");
  return { file, init, isChecked, ...(task === undefined ? {} : { task }) };
}

/** Options of {@linkcode recogniseSettings}. */
export interface RecogniseOptions {
  readonly image: CacheImage;
  readonly start: StartCommand;
  /** Of what the image stands on. */
  readonly oldConfig: ContainerConfig;
  readonly facts: EnvironmentFacts;
  /** Tags, time and labels of the new image. */
  readonly asked: ImageOptions;
}

/**
 * What the image was built with: settings that make its recipes on the new base too, and what its
 * config has beyond what they and the old base give.
 *
 * @throws {Failure} saying what would have to be rebuilt, where none do.
 */
export function recogniseSettings(
  plan: Omit<PlanFacts, "options">,
  { image, start, oldConfig, facts, asked }: RecogniseOptions,
): ImageOptions {
  const base = withConfig(plan.base, oldConfig);
  const attempt = (own: Partial<ImageOptions>, rcc: PlanFacts["rcc"]) => {
    const options = { ...asked, env: new Map(), labels: new Map(), init: start.init, ...own };
    return { options, plan: planImage({ ...plan, base, rcc, options }) };
  };
  const choices = statedChoices({
    config: image.found.config.config ?? {},
    mediaType: image.environment!.layers[0]!.descriptor.mediaType,
    isChecked: start.isChecked,
  });
  const found = firstOf(choices, (own) => attempt(own, plan.rcc));
  if ("failure" in found) {
    if (found.failure.id !== "environment/cache-image") throw found.failure;
    const withRcc = firstOf(choices, (own) => attempt(own, { ...plan.rcc, path: "" }));
    const layers = "failure" in withRcc ? "environment" : "rcc";
    throw new Failure(
      "environment/cache-image",
      `failed to rebase "${image.name}" onto "${plan.base.name}": ` +
        `${rebuildReason({ layers, facts, base: plan.base })}, ` +
        "build it again where its robot and library are",
    );
  }
  const { options, plan: made } = found.value;
  return {
    ...options,
    env: askedVariables(image, made),
    labels: new Map([...askedLabels(image, made), ...asked.labels]),
  };
}

function withConfig(base: Base, config: ContainerConfig): Base {
  // What lies in the new base is placed around; the old one's volumes are no matter any more.
  const { Volumes: _, ...own } = config;
  return { ...base, config: { ...base.config, config: own } as ImageConfig };
}

type Attempt<Value> = { readonly value: Value } | { readonly failure: Failure };

/** The first choice that can be planned, or why the last cannot. */
function firstOf<Choice, Value>(
  choices: readonly Choice[],
  work: (choice: Choice) => Value,
): Attempt<Value> {
  let failure: Failure | undefined;
  for (const choice of choices) {
    try {
      return { value: work(choice) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure ??= error;
    }
  }
  return { failure: failure! };
}

/** Variables of the image that neither the old base nor this program sets so. */
function askedVariables(image: CacheImage, { config: made }: Plan): ReadonlyMap<string, string> {
  const { config = {} } = image.found.config;
  for (const name of ["User", "WorkingDir", "Entrypoint"] as const) {
    if (JSON.stringify(config[name]) === JSON.stringify(made[name])) continue;
    throw inconsistent(
      image.name,
      `its ${name} is ${JSON.stringify(config[name])} where ${
        JSON.stringify(made[name])
      } was expected`,
    );
  }
  const own = pairsOf(config.Env);
  const given = pairsOf(made.Env);
  const missing = [...given.keys()].find((name) => !own.has(name));
  if (missing !== undefined) {
    throw inconsistent(image.name, `its base sets the variable ${missing}, which it has not`);
  }
  return new Map([...own].filter(([name, value]) => given.get(name) !== value));
}

function pairsOf(variables: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map(variables.map((variable) => {
    const equals = variable.indexOf("=");
    return [variable.slice(0, equals), variable.slice(equals + 1)];
  }));
}

const OCI = "org.opencontainers.image";
/** What each image says anew. */
const RENEWED = [ENVIRONMENT_LABEL, `${OCI}.base.name`, `${OCI}.base.digest`];

/** Labels of the image that neither the old base nor this program gives so. */
function askedLabels(
  { name, found: { config } }: CacheImage,
  { config: made }: Plan,
): ReadonlyMap<string, string> {
  const given: Record<string, string | undefined> = {
    ...made.Labels,
    [`${OCI}.created`]: config.created === undefined
      ? undefined
      : formatTime(new Date(config.created)),
  };
  const version = tagOf(name);
  const labels = Object.entries(config.config?.Labels ?? {});
  return new Map(
    labels.filter(([label, value]) =>
      !isLayersLabel(label) && !RENEWED.includes(label) &&
      (label === `${OCI}.version`
        ? version !== undefined && value !== version
        : given[label] !== value)
    ),
  );
}

/** Of the name in a registry: without one, a version is taken for a tag's. */
function tagOf(name: string): string | undefined {
  if (/^(?:oci|oci-archive|docker-archive):/.test(name)) return undefined;
  return parseReference(name).tag;
}
