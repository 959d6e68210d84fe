/**
 * RCC's environments: their names and blueprints, the catalogs that record them, the libraries that
 * hold their files, and what a restored one looks like.
 *
 * ```ts
 * import { chooseCatalog, openLibrary, spaceName, walkCatalog } from "./mod.ts";
 *
 * const library = await openLibrary("tests/fixtures/tiny/hololib.zip");
 * const { hash } = await chooseCatalog(library, { catalog: "9586" });
 * const { catalog } = await library.readCatalog(hash);
 * const files = [...walkCatalog(catalog)].filter(({ kind }) => kind === "file");
 * console.assert(files.length === 27);
 * console.assert(spaceName({ home: "/home/robot" }) === "dc4d952_5a1fac3_9fcd2534");
 * ```
 *
 * @module
 */
export { afterRecording } from "./after_recording.ts";
export { blueprintHash, blueprintText, droppedDependencies } from "./blueprint.ts";
export { unpackBundle } from "./bundle.ts";
export type { Catalog } from "./catalog.ts";
export { type CatalogTree, FOLDER, nodePath } from "./catalog_tree.ts";
export { catalogFileName } from "./catalog_name.ts";
export { chooseCatalog } from "./choose_catalog.ts";
export { infoOf, META_GZIP_LEVEL } from "./encode_catalog.ts";
export type { Environment } from "./environment.ts";
export { tarMode } from "./file_mode.ts";
export { type FileRecord, fileRecord, findFile } from "./file_record.ts";
export { findEnvironment } from "./find_environment.ts";
export { findLibraries } from "./find_library.ts";
export type { KeptCatalogs } from "./kept_catalog.ts";
export type { InstalledPackage } from "./installed_packages.ts";
export type { PackageDetails } from "./package_details.ts";
export type { Library } from "./library.ts";
export { homeIdentity, isSpaceName, spaceName, stageName } from "./names.ts";
export { openLibrary } from "./open_library.ts";
export { parseCatalog } from "./parse_catalog.ts";
export { type EnvironmentPython, findPython } from "./python.ts";
export { readBlob } from "./read_blob.ts";
export { findLocalChannel, type HostFacts, robocorpHome } from "./robocorp_home.ts";
export { spaceFolders, type SpaceForm, spaceLayer, type SpacePlaces } from "./space.ts";
export { spacePartDigest } from "./space_digest.ts";
export { spaceRecords } from "./space_records.ts";
export { SHARED_HOLOTREE, type SpaceLayout, spaceLayout } from "./space_layout.ts";
export { specialFiles } from "./special_bits.ts";
export {
  catalogDigests,
  type CatalogEntry,
  countFiles,
  restoredNodes,
  walkCatalog,
} from "./walk_catalog.ts";
