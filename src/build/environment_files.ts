import { countFiles, type Environment } from "../holotree/mod.ts";
import type { FoundInImage } from "./select_environment.ts";

/**
 * How many files a restored environment has. The catalog of one that is taken from an image lists
 * only a part of them, so that the image says it.
 */
export function countEnvironmentFiles(
  { environment, published }: {
    readonly environment?: Environment | undefined;
    readonly published?: Pick<FoundInImage, "facts">;
  },
): number {
  if (environment === undefined) return 0;
  return published?.facts.files ?? countFiles(environment.catalog);
}
