import { Failure } from "../failure/mod.ts";
import {
  type ContainerConfig,
  isObject,
  parseObject,
  parseReference,
  type Reference,
} from "../oci/mod.ts";
import {
  ENVIRONMENT_LABEL,
  type EnvironmentLabel,
  IMAGE_PATHS,
  type Plan,
  readLayerRecords,
} from "../plan/mod.ts";
import type { BytecodeChoice } from "./request.ts";
import { type StatedChoice, statedChoices } from "./stated_choices.ts";
import type { VerifiedImage } from "./verified_image.ts";

/** How an image was built, as far as that is its own affair: taken from the image, and said. */
export interface VerifiedSettings extends StatedChoice {
  readonly created: Date;
  readonly tags: readonly Reference[];
  readonly init: boolean;
  readonly bytecode?: BytecodeChoice | undefined;
}

/**
 * Finds the settings with which a build comes nearest to what the image says of itself.
 *
 * @param planWith Plans the image with some of them.
 * @throws {Failure} when it cannot be planned with any.
 */
export async function recogniseVerified(
  image: VerifiedImage,
  asked: { readonly tags: readonly Reference[] },
  planWith: (settings: VerifiedSettings) => Promise<Plan>,
): Promise<VerifiedSettings> {
  const { config: { config = {} } } = image.found;
  let best: Likeness & { readonly settings: VerifiedSettings } | undefined;
  let refusal: Failure | undefined;
  for (const settings of settingsToTry(image, asked)) {
    // Other levels make other layers, and these are right.
    if (best?.isEnvironment && settings.packing.level !== best.settings.packing.level) break;
    try {
      const found = likeness(await planWith(settings), image, config);
      if (best === undefined || found.score > best.score) best = { settings, ...found };
      if (found.isEnvironment && found.isRuntime) break;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      refusal ??= error;
    }
  }
  if (best === undefined) throw refusal!;
  return best.settings;
}

/** The options of a build that has these settings. */
export function optionWords(
  { tags: [name], packing: { codec, level }, start, user, init, bytecode }: VerifiedSettings,
): readonly string[] {
  return [
    ...(name?.tag === undefined ? [] : ["--tag", `:${name.tag}`]),
    ...["--compression", level === undefined ? codec : `${codec}:${level}`],
    ...["--start", start],
    ...(user === undefined ? [] : ["--user", `${user.name}:${user.uid}:${user.gid}`]),
    ...(init ? ["--init"] : []),
    ...(bytecode === undefined ? [] : [`--compile-bytecode=${bytecode}`]),
  ];
}

function* settingsToTry(
  { found: { manifest, config: { created, config = {} } } }: VerifiedImage,
  { tags }: { readonly tags: readonly Reference[] },
): Generator<VerifiedSettings> {
  const words = config.Entrypoint ?? [];
  const version = config.Labels?.["org.opencontainers.image.version"];
  const time = new Date(created ?? 0);
  const stated = {
    created: Number.isNaN(time.getTime()) ? new Date(0) : time,
    tags: tags.length > 0 ? tags : namedBy(version),
    init: words[0] === IMAGE_PATHS.init,
  };
  const isCompiled = config.Env?.some((one) => one.startsWith("RCC_NO_PYC_MANAGEMENT=")) ?? false;
  const bytecodes: readonly (BytecodeChoice | undefined)[] = isCompiled
    ? ["all", "used"]
    : [undefined];
  const choices = statedChoices({
    config,
    mediaType: manifest.layers.at(-1)?.mediaType ?? "",
    isChecked: !words.includes("--warranty-voided"),
  });
  for (const choice of choices) {
    for (const bytecode of bytecodes) yield { ...stated, ...choice, bytecode };
  }
}

/** Of the name only the tag goes into an image. */
function namedBy(version: string | undefined): readonly Reference[] {
  try {
    const reference = parseReference(`localhost/image:${version ?? ""}`);
    return reference.tag === version ? [reference] : [];
  } catch {
    return [];
  }
}

/** How much of what the image says a plan has too. */
interface Likeness {
  readonly score: number;
  /** Whether its recipes make the layers of the environment, and that of rcc. */
  readonly isEnvironment: boolean;
  readonly isRuntime: boolean;
}

function likeness(
  { label, layers: [runtime], config: planned }: Plan,
  { found: { manifest, config: { rootfs } } }: VerifiedImage,
  config: ContainerConfig,
): Likeness {
  const stated = statedRecipes(config.Labels?.[ENVIRONMENT_LABEL]);
  const records = readLayerRecords(manifest, {
    diffIds: rootfs.diff_ids,
    labels: config.Labels,
  });
  const recipes = label?.recipes;
  // A shell robot's image has no recipes: the key of rcc's layer depends on zlib too.
  const isKeyed = records.some((record) => record?.key === runtime?.key);
  const isEnvironment = recipes === undefined
    ? isKeyed
    : recipes.environment === stated?.environment;
  const isRuntime = recipes === undefined ? isKeyed : recipes.runtime === stated?.runtime;
  const isSame = (field: "User" | "Env" | "Entrypoint") =>
    JSON.stringify(planned[field]) === JSON.stringify(config[field]);
  const signs: readonly (readonly [boolean, number])[] = [
    ...[[isEnvironment, 8], [isRuntime, 8]] as const,
    ...[[isSame("User"), 4], [isSame("Env"), 2], [isSame("Entrypoint"), 1]] as const,
  ];
  return {
    score: signs.reduce((sum, [holds, weight]) => sum + (holds ? weight : 0), 0),
    isEnvironment,
    isRuntime,
  };
}

function statedRecipes(text: string | undefined): Partial<EnvironmentLabel["recipes"]> | undefined {
  if (text === undefined) return undefined;
  try {
    const { recipes } = parseObject(new TextEncoder().encode(text));
    return isObject(recipes) ? recipes : undefined;
  } catch {
    return undefined;
  }
}
