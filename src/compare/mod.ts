/**
 * Two images side by side: where one is not what the other is, to the layer, file and byte, and what
 * of that differs at every build of an environment.
 *
 * ```ts
 * import { firstDifference } from "./mod.ts";
 *
 * const bytes = (text: string) => ReadableStream.from([new TextEncoder().encode(text)]);
 * const found = await firstDifference(bytes("hallo"), bytes("hello"));
 * console.assert(found?.at === 1 && found.image === 0x61 && found.built === 0x65);
 * ```
 *
 * @module
 */
export { type ComparedImage, compareImages, type Comparison } from "./compare_images.ts";
export type {
  Difference,
  EntryDifference,
  FieldDifference,
  LayerDifference,
  LayerPlace,
} from "./difference.ts";
export { firstDifference } from "./first_difference.ts";
