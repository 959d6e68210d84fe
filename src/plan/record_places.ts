import { catalogFileName } from "../holotree/mod.ts";
import { IMAGE_PATHS } from "./paths.ts";
import { placePath } from "./place.ts";
import type { Plan } from "./plan.ts";
import type { StartMode } from "./options.ts";

/** Where in an image stands what every build of an environment writes anew. Paths as in tars. */
export interface RecordPlaces {
  /** The environment's own folder. */
  readonly folder: string;
  /** Where files are called by their content. */
  readonly library: string;
  /** Catalogs, packed as RCC packs them; none in an image whose environment RCC does not check. */
  readonly catalogs: readonly string[];
  /** The catalog's own name, which says what the environment is. */
  readonly catalogName: string;
  /** What else is said of an environment. */
  readonly others: readonly string[];
  /** The variables of an activated environment, which name the shell that built it too. */
  readonly activation: string;
}

/** In an environment's folder, where RCC keeps what activation scripts set: names and values as JSON. */
export const ACTIVATION = "rcc_activate.json";

/** @returns `undefined` for an image without an environment. */
export function recordPlaces(
  { base: { tree }, space, label }: Plan,
  start: StartMode,
): RecordPlaces | undefined {
  if (space === undefined || label === undefined) return undefined;
  const [folder, hololib, facts] = [space.folder, space.hololib, IMAGE_PATHS.facts].map((path) =>
    placePath(path, { tree })
  ) as [string, string, string];
  const catalogName = catalogFileName(label.blueprint);
  const catalogs = start === "checked"
    ? [`${hololib}/catalog/${catalogName}`, `${folder}.meta`]
    : [];
  return {
    folder,
    library: `${hololib}/library`,
    catalogs,
    catalogName,
    others: [facts, ...catalogs.map((path) => `${path}.info`)],
    activation: `${folder}/${ACTIVATION}`,
  };
}
