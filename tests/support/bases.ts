/**
 * Base images that tests build upon: OCI layouts with one image of the tag {@linkcode BASE_TAG}.
 * Each is made once into `.cache` and is for reading only.
 */
export { asDockerArchive, asOciArchive } from "./as_archive.ts";
export { busyboxBase } from "./busybox_base.ts";
export { debianBase } from "./debian_base.ts";
export { nastyBase, type NastyBaseOptions } from "./nasty_base.ts";
export {
  arm64Base,
  baseOf,
  glibcBase,
  manyCodecsBase,
  multiPlatformBase,
  muslBase,
} from "./small_bases.ts";
export {
  BASE_TAG,
  type ImageSpec,
  type LayerEntry,
  layerOf,
  type LayerSpec,
} from "./write_layout.ts";
