/**
 * Images as cache: what an image of this program says of its layers and its environment, so that a
 * robot is built where no library is.
 *
 * ```ts
 * import { decodeFacts, encodeFacts } from "./mod.ts";
 * import { openBase } from "../base/mod.ts";
 * import { openLibrary } from "../holotree/mod.ts";
 *
 * const library = await openLibrary("tests/fixtures/tiny/hololib.zip");
 * const { catalog } = await library.readCatalog("95867f930bb13171");
 * const facts = encodeFacts({
 *   environment: { catalog, mode: "private" },
 *   record: { programs: {} },
 *   base: await openBase("scratch"),
 * });
 * console.assert((await decodeFacts(facts)).catalog.blueprint === catalog.blueprint);
 * ```
 *
 * @module
 */
export {
  decodeFacts,
  encodeFacts,
  type EnvironmentFacts,
  type ProgramRecord,
} from "./environment_facts.ts";
export { inconsistent } from "./inconsistent.ts";
export { layerFailure } from "./layer_failure.ts";
export { type CacheImage, environmentOf, openCacheImage } from "./open_cache_image.ts";
export { baseDiffIds, robotMembers, robotNameOf } from "./robot_layer.ts";
