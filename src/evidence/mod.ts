/**
 * What is in an image, and how it was made, as documents that others read: SPDX, CycloneDX and
 * in-toto. Pure.
 *
 * ```ts
 * import { pypiPurl, sbomFormatOf } from "./mod.ts";
 *
 * console.assert(pypiPurl({ name: "Typing_Extensions", version: "4.9" }) === "pkg:pypi/typing-extensions@4.9");
 * console.assert(sbomFormatOf("out/bot.cdx.json") === "cyclonedx");
 * ```
 *
 * @module
 */

export { encodeDocument } from "./encode_document.ts";
export type { Evidence, EvidenceEnvironment, EvidenceLayer, EvidencePackage } from "./evidence.ts";
export {
  comparePackages,
  type ListedPackage,
  type PackageChange,
  sortPackages,
} from "./packages.ts";
export { type ReadDocument, readDocument } from "./read_documents.ts";
export { fileOwners } from "./file_owners.ts";
export { PROVENANCE_TYPE, provenanceStatement } from "./provenance.ts";
export { condaPurl, pypiPurl, systemPurl } from "./purl.ts";
export {
  SBOM_FORMATS,
  SBOM_MEDIA_TYPES,
  sbomBytes,
  type SbomFormat,
  sbomFormatOf,
} from "./sbom_form.ts";
