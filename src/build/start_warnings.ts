import type { Base } from "../base/mod.ts";
import {
  browserWarnings,
  calledWarnings,
  type CommandPlaces,
  hasProgram,
  installedPackages,
  surroundingWarnings,
} from "../checks/mod.ts";
import { type Environment, walkCatalog } from "../holotree/mod.ts";
import type { Plan } from "../plan/mod.ts";

/** Options of {@linkcode startWarnings}. */
export interface StartWarningsOptions {
  readonly environment: Environment | undefined;
  readonly base: Base;
  readonly places: CommandPlaces;
}

/** What a robot may ask for while it runs, and would not find. */
export function startWarnings(
  plan: Plan,
  { environment, base, places }: StartWarningsOptions,
): readonly string[] {
  const { tree, loader, release } = base;
  const paths = environment === undefined
    ? []
    : [...walkCatalog(environment.catalog).map(({ path }) => path)];
  const variables = variablesOf(plan);
  const packages = installedPackages(paths);
  const isFile = (path: string) => tree.find(path)?.node.type === "file";
  return [
    ...calledWarnings({
      packages,
      hasProgram: (name) => hasProgram(name, places),
      hasLibrary: (name) =>
        isFile(loader.cache[name] ?? "") ||
        loader.folders.some((folder) => isFile(`${folder}/${name}`)) ||
        paths.some((path) => path.endsWith(`/${name}`)),
      variables,
      release,
    }),
    ...browserWarnings({
      packages,
      tree,
      hasOwn: paths.some((path) => path.endsWith("/.local-browsers")),
      variables,
      home: plan.user.home,
    }),
    ...surroundingWarnings({ tree, paths, variables }),
  ];
}

/** Of the image's config, by their names. */
export function variablesOf({ config }: Plan): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (config.Env ?? []).map((text) => {
      const equals = text.indexOf("=");
      return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
