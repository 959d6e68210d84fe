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
export { cyclonedxDocument } from "./cyclonedx.ts";
export { encodeDocument } from "./encode_document.ts";
export type {
  Evidence,
  EvidenceBase,
  EvidenceEnvironment,
  EvidenceFile,
  EvidenceImage,
  EvidenceLayer,
  EvidencePackage,
  EvidenceRobot,
} from "./evidence.ts";
export {
  comparePackages,
  type ListedPackage,
  type PackageChange,
  sortPackages,
} from "./packages.ts";
export { type ReadDocument, readDocument } from "./read_documents.ts";
export { fileOwners, type OwningPackage } from "./file_owners.ts";
export {
  PROVENANCE_TYPE,
  type ProvenanceFacts,
  provenanceStatement,
  STATEMENT_TYPE,
} from "./provenance.ts";
export { condaPurl, ociPurl, purlOf, type PurlParts, pypiPurl, systemPurl } from "./purl.ts";
export {
  SBOM_FORMATS,
  SBOM_MEDIA_TYPES,
  sbomBytes,
  type SbomFormat,
  sbomFormatOf,
} from "./sbom_form.ts";
export { spdxDocument } from "./spdx.ts";
