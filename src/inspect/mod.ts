/**
 * What an image is, and what is wrong with it: every byte of it is read.
 *
 * ```ts
 * import { findImages } from "./mod.ts";
 *
 * try {
 *   await findImages("oci:/there/is/no/layout");
 * } catch (error) {
 *   console.assert(/there is no such file or folder/.test(String(error)));
 * }
 * ```
 *
 * @module
 */
export { problemOf } from "./blob_problem.ts";
export { asImageFailure, findImages, type FoundImage } from "./find_images.ts";
export { type AttachedDocument, imageDocuments } from "./image_documents.ts";
export { imagePackages } from "./image_packages.ts";
export type { ImageFile } from "./image_files.ts";
export { inspectImage } from "./inspect_image.ts";
export type { InspectedLayer, Inspection } from "./inspection.ts";
export { inspectionDocument } from "./document.ts";
export { inspectSound, type PageFacts, pageFacts } from "./image_page.ts";
