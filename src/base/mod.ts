/**
 * The image below the robot: where it is from, its layers as they are, and what they hold when they
 * lie over one another.
 *
 * ```ts
 * import { openBase } from "./mod.ts";
 *
 * const base = await openBase("scratch");
 * console.assert(base.layers.length === 0 && base.tree.get("/etc") === undefined);
 * ```
 *
 * @module
 */
export { BASE_FACTS, type BaseFacts, decodeBaseFacts, encodeBaseFacts } from "./base_facts.ts";
export { withBlobFailures } from "./base_failure.ts";
export { findManifest, type FoundManifest } from "./find_manifest.ts";
export type { BaseLayer } from "./base_layer.ts";
export { flattenBase } from "./flatten.ts";
export { localImagePath, registriesOf } from "./local_name.ts";
export { isPath } from "./local_form.ts";
export type { BaseLibrary } from "./libraries.ts";
export type { LoaderFacts, OsRelease } from "./loader_facts.ts";
export { openArchive } from "./open_archive.ts";
export {
  type Base,
  type BaseSummary,
  openBase,
  type OpenBaseOptions,
  openOrigin,
  summarizeBase,
} from "./open_base.ts";
export type { BaseSource } from "./origin.ts";
export { PackageDatabases } from "./package_databases.ts";
export { readContents, type WantedContent } from "./read_contents.ts";
export { LayerStack } from "./read_tree.ts";
export { type PullMode, registrySource } from "./registry_source.ts";
export { Tree, type TreeFile, type TreeNode } from "./tree.ts";
export { type BaseUsers, parseUsers } from "./users.ts";
export { verifyKeptFacts } from "./verify_facts.ts";
