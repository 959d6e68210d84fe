import { isCached } from "../image/mod.ts";
import type { LayerName, Plan } from "../plan/mod.ts";
import type { BlobCache } from "../store/mod.ts";
import type { BuildInputs } from "./build_inputs.ts";

/** What a file takes besides its content, on the average: headers, padding, what is kept twice. */
const BESIDES_CONTENT = 3 * 1024;

/** About how many bytes of tar are to be packed, to show how far it has come. */
export async function bytesToPack(
  plan: Plan,
  { inputs: { rcc, environment, listing }, cache }: {
    readonly inputs: Pick<BuildInputs, "rcc" | "environment" | "listing">;
    readonly cache: BlobCache;
  },
): Promise<number> {
  const sizes: Readonly<Record<LayerName, () => number>> = {
    runtime: () => rcc.size,
    environment() {
      const { contents } = environment!.catalog;
      let bytes = contents.count * BESIDES_CONTENT;
      for (let content = 0; content < contents.count; content++) bytes += contents.sizeOf(content);
      return bytes;
    },
    robot: () => listing.size + listing.entries.length * BESIDES_CONTENT,
  };
  let bytes = 0;
  for (const layer of plan.layers) if (!await isCached(layer, cache)) bytes += sizes[layer.name]();
  return bytes;
}
