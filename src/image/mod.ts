/**
 * Writes planned layers and assembles the image of them.
 *
 * @module
 */
export { assembleImage, type Image, type InlineBlob, type StoredBlob } from "./assemble.ts";
export { largeLayers, LARGEST_COMMON_LAYER } from "./large_layers.ts";
export type { Layer, WrittenLayer } from "./layer.ts";
export {
  areCached,
  findCached,
  forgetLayer,
  writeLayers,
  type WriteLayersOptions,
} from "./write_layers.ts";
