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
export { afterRecording, type RecordingOptions } from "./after_recording.ts";
export { type BlobMode, blobModeOf, blobPath, type BlobSource, contentCheckOf } from "./blob.ts";
export {
  blueprintHash,
  type BlueprintOptions,
  blueprintText,
  droppedDependencies,
} from "./blueprint.ts";
export { unpackBundle, type UnpackBundleOptions, type UnpackedBundle } from "./bundle.ts";
export type { Catalog } from "./catalog.ts";
export { type CatalogTree, FOLDER, nodePath } from "./catalog_tree.ts";
export { catalogFileName, type CatalogName } from "./catalog_name.ts";
export { type CatalogWish, chooseCatalog } from "./choose_catalog.ts";
export { infoOf, metaOf, type SpacePlace } from "./encode_catalog.ts";
export { type Environment, readEnvironment, type ReadEnvironmentOptions } from "./environment.ts";
export { tarMode } from "./file_mode.ts";
export { type FileRecord, fileRecord, findFile } from "./file_record.ts";
export { findEnvironment } from "./find_environment.ts";
export { findLibraries, type LibraryCandidate, type LibraryFacts } from "./find_library.ts";
export type { InstalledPackage } from "./installed_packages.ts";
export type { CondaFacts, PackageDetails, PackageOrigin } from "./package_details.ts";
export type { CatalogFiles, CatalogSummary, Library } from "./library.ts";
export { locateBlobs, type LocatedBlobs } from "./locate_blobs.ts";
export {
  controllerName,
  homeIdentity,
  isSpaceName,
  sipit,
  SPACE_NAME_LENGTH,
  spaceName,
  type SpaceNameOptions,
  stageName,
} from "./names.ts";
export { openLibrary, type OpenLibraryOptions } from "./open_library.ts";
export { parseCatalog } from "./parse_catalog.ts";
export { type EnvironmentPython, findPython } from "./python.ts";
export { readBlob, type ReadBlobOptions } from "./read_blob.ts";
export { findLocalChannel, homeOf, type HostFacts, robocorpHome } from "./robocorp_home.ts";
export {
  restoredMode,
  spaceFolders,
  type SpaceForm,
  spaceLayer,
  type SpacePart,
  type SpacePlaces,
  spaceRecords,
} from "./space.ts";
export { spacePartDigest } from "./space_digest.ts";
export {
  SHARED_HOLOTREE,
  type SpaceLayout,
  spaceLayout,
  type SpaceLayoutOptions,
} from "./space_layout.ts";
export type { SpaceSource } from "./space_source.ts";
export { specialFiles } from "./special_bits.ts";
export {
  type CatalogDigest,
  catalogDigests,
  type CatalogEntry,
  type CatalogFile,
  countFiles,
  walkCatalog,
} from "./walk_catalog.ts";
