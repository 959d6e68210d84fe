import { comparePackages, type ListedPackage, type PackageChange } from "../evidence/mod.ts";
import { Failure } from "../failure/mod.ts";
import {
  type AttachedDocument,
  findImages,
  type FoundImage,
  imageDocuments,
  imagePackages,
  inspectImage,
  type Inspection,
} from "../inspect/mod.ts";
import type { BaseSource } from "../base/mod.ts";
import type { Descriptor } from "../oci/mod.ts";
import type { RegistryClient } from "../registry/mod.ts";

/** What is said of an image beyond what it is. */
export interface ImageEvidence {
  readonly documents: readonly AttachedDocument[];
  /** By its SBOM, else by what lies in it; none where nobody asked. */
  readonly packages?: PackageList;
  /** Compared with another image. */
  readonly changes?: readonly PackageChange[];
}

export interface PackageList {
  readonly from: "sbom" | "contents";
  readonly packages: readonly ListedPackage[];
}

/** Options of {@linkcode imageEvidence}. */
export interface ImageEvidenceOptions {
  readonly packages: boolean;
  /** The name of the image that it is compared with. */
  readonly compare?: string | undefined;
  readonly client: RegistryClient;
  readonly registry: BaseSource;
  /** Whether no registry is asked. */
  readonly offline: boolean;
  readonly signal: AbortSignal;
}

/** The same for programs: `inspect --json`. */
export function evidenceDocument(
  { documents, packages, changes }: ImageEvidence,
): Record<string, unknown> {
  return {
    documents: documents.map((document) =>
      document.kind === "sbom" ? { ...document, packages: document.packages.length } : document
    ),
    packagesFrom: packages?.from,
    packages: packages?.packages,
    packageChanges: changes,
  };
}

interface Inspected {
  readonly found: FoundImage;
  readonly inspection: Inspection;
}

/** Reads what is attached to an image, and its packages where they are asked for. */
export async function imageEvidence(
  image: Inspected,
  options: ImageEvidenceOptions,
): Promise<ImageEvidence> {
  const documents = await documentsOf(image, options);
  const { compare } = options;
  if (!options.packages && compare === undefined) return { documents };
  const packages = await packagesOf(image, documents, options);
  if (compare === undefined) return { documents, packages };
  const before = await packagesNamed(compare, packages.from, options);
  const changes = comparePackages(before.packages, packages.packages);
  return { documents, changes, ...(options.packages ? { packages } : {}) };
}

async function documentsOf(
  { found, inspection: { manifest } }: Inspected,
  { client, offline, signal }: ImageEvidenceOptions,
): Promise<readonly AttachedDocument[]> {
  if (manifest === undefined) return [];
  const { digest } = manifest;
  const referrers = found.reference === undefined || offline
    ? []
    : await client.findReferrers(found.reference, digest, { signal }).catch(none);
  return await imageDocuments(found, { image: digest, referrers, signal });
}

/** A registry that lists nothing has the image all the same. */
function none(error: unknown): readonly Descriptor[] {
  if (error instanceof Failure) return [];
  throw error;
}

async function packagesOf(
  { found, inspection }: Inspected,
  documents: readonly AttachedDocument[],
  { signal }: ImageEvidenceOptions,
): Promise<PackageList> {
  const sbom = documents.find((document) => document.kind === "sbom");
  if (sbom !== undefined) return { from: "sbom", packages: sbom.packages };
  const packages = await imagePackages(inspection, { blobs: found.blobs, signal });
  return { from: "contents", packages };
}

/** Lists are compared that were made in one way: an SBOM may say more than names of files do. */
async function packagesNamed(
  name: string,
  from: PackageList["from"],
  options: ImageEvidenceOptions,
): Promise<PackageList> {
  const { registry, signal } = options;
  const [found, ...others] = await findImages(name, { signal, registry });
  if (found === undefined || others.length > 0) {
    throw new Failure(
      "usage/option",
      `failed to compare with "${name}": it has ${others.length + 1} images, name one`,
    );
  }
  const inspection = await inspectImage(found, { signal });
  const [fault] = inspection.faults;
  if (fault !== undefined) {
    throw new Failure("base/unsound", `failed to compare with "${name}": ${fault.problem}`);
  }
  const image = { found, inspection };
  const documents = from === "sbom" ? await documentsOf(image, options) : [];
  return await packagesOf(image, documents, options);
}
