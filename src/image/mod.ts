/**
 * Writes planned layers and assembles the image of them.
 *
 * @module
 */
export {
  assembleImage,
  type Image,
  type InlineBlob,
  type Referrer,
  storedBase,
  type StoredBlob,
} from "./assemble.ts";
export { BackgroundPacking } from "./background_packing.ts";
export { largeLayers, LARGEST_COMMON_LAYER } from "./large_layers.ts";
export type { Layer } from "./layer.ts";
export { LAYER_FACTS } from "./layer_cache.ts";
export { verifyKeptLayer } from "./verify_layer.ts";
export {
  findCached,
  forgetLayer,
  missingLayers,
  writeLayers,
  type WriteLayersOptions,
} from "./write_layers.ts";
