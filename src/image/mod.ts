/**
 * Writes planned layers and assembles the image of them.
 *
 * @module
 */
export { assembleImage, type Image, type InlineBlob, type StoredBlob } from "./assemble.ts";
export { largeLayers, LARGEST_COMMON_LAYER } from "./large_layers.ts";
export type { Layer } from "./layer.ts";
export {
  findCached,
  forgetLayer,
  isCached,
  writeLayers,
  type WriteLayersOptions,
} from "./write_layers.ts";
export {
  type LayerCopy,
  writeLayer,
  type WriteLayerOptions,
  type WrittenLayer,
} from "./write_layer.ts";
