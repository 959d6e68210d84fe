import type { CacheImage } from "../cache_image/mod.ts";
import { failuresOf } from "../failure/mod.ts";
import { type Catalog, nodePath, walkCatalog } from "../holotree/mod.ts";
import type { FoundProgram } from "../packing/mod.ts";
import type { EnvironmentLayerPlan, PublishedLayer } from "../plan/mod.ts";
import type { ProgramFacts } from "../programs/mod.ts";
import type { CompleteInputs } from "./complete_inputs.ts";
import type { Context } from "./session.ts";

/**
 * Which programs are in layers that images have: start checks, and the facts of the image that is
 * built, need them as much as those of layers that are packed.
 */
export class TakenPrograms {
  readonly #inputs: Pick<CompleteInputs, "cacheImages" | "environment">;
  readonly #reporter: Context["reporter"];
  readonly #known = new Map<string, Promise<ReadonlyMap<string, ProgramFacts> | undefined>>();

  constructor(
    inputs: Pick<CompleteInputs, "cacheImages" | "environment">,
    { reporter }: Pick<Context, "reporter">,
  ) {
    this.#inputs = inputs;
    this.#reporter = reporter;
  }

  /** Those of one layer; nothing when its image does not say, and the layer is better packed. */
  async in(
    { nodes }: Pick<EnvironmentLayerPlan, "nodes">,
    { image }: PublishedLayer,
  ): Promise<readonly FoundProgram[] | undefined> {
    const { environment, cacheImages } = this.#inputs;
    const found = cacheImages.find(({ name }) => name === image);
    if (environment === undefined || found === undefined) return undefined;
    const { catalog } = environment;
    const { tree, contents } = catalog;
    let known = this.#known.get(image);
    if (known === undefined) this.#known.set(image, known = this.#read(found, catalog));
    const programs = await known;
    return programs && nodes.flatMap((node) => {
      const content = tree.contents[node]!;
      const facts = content < 0 ? undefined : programs.get(nodePath(tree, node));
      return facts === undefined ? [] : [{ digest: contents.digestOf(content), facts }];
    });
  }

  /** By their paths; symlinks among them, for packing looks into what RCC has recorded for these. */
  async #read(
    image: CacheImage,
    { path }: Catalog,
  ): Promise<ReadonlyMap<string, ProgramFacts> | undefined> {
    // The same layer of another place says other interpreters before it is patched.
    if (image.environment?.label.path !== path) return undefined;
    try {
      const { catalog, record } = await image.facts();
      const programs = new Map<string, ProgramFacts>();
      for (const entry of walkCatalog(catalog)) {
        if (entry.kind !== "file") continue;
        const facts = record.programs[catalog.contents.digestOf(entry.content)];
        if (facts !== undefined) programs.set(entry.path, facts);
      }
      return programs;
    } catch (error) {
      const failures = failuresOf(error);
      if (failures.length === 0) throw error;
      for (const { message } of failures) this.#reporter.warn(message);
      return undefined;
    }
  }
}
