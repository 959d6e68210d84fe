import { nameParts, uuidOf } from "./document_id.ts";
import type { Evidence, EvidencePackage } from "./evidence.ts";
import { isLicenseExpression, licenseReference } from "./licenses.ts";
import { ociPurl, purlOf } from "./purl.ts";

const NONE = "NOASSERTION";
const DOCUMENT = "SPDXRef-DOCUMENT";
const IMAGE = "SPDXRef-Image";
const BASE = "SPDXRef-Base";
const RCC = "SPDXRef-Rcc";
const ROBOT = "SPDXRef-Robot";
const ENVIRONMENT = "SPDXRef-Environment";
/** What is said of a file that no package lists. */
const NO_PACKAGE = "belongs to no package";

/** What an image holds, as SPDX 2.3. Source: https://spdx.github.io/spdx-spec/v2.3/ */
export function spdxDocument(evidence: Evidence): Record<string, unknown> {
  const { image, created, tool, base, robot, environment } = evidence;
  const [reference] = image.references;
  const system = base.packages.map((one, i) => packageOf(one, `SPDXRef-System-${i + 1}`, evidence));
  const own = (environment?.packages ?? [])
    .map((one, i) => packageOf(one, `SPDXRef-Package-${i + 1}`, evidence));
  const files = environment?.files ?? [];
  const hasRelease = base.release !== undefined;
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: DOCUMENT,
    name: reference,
    documentNamespace: `https://spdx.org/spdxdocs/${tool.name}-${uuidOf(image.digest)}`,
    creationInfo: { created, creators: [`Tool: ${tool.name}-${tool.version}`] },
    packages: [
      imagePackage(evidence),
      basePackage(evidence),
      ...(hasRelease ? [releasePackage(evidence)] : []),
      rccPackage(evidence),
      robotPackage(evidence),
      ...(environment === undefined ? [] : [
        plain(ENVIRONMENT, `environment ${environment.hash}`, {
          versionInfo: environment.hash,
          primaryPackagePurpose: "APPLICATION",
          comment: `built by rcc ${environment.rcc}, at ${environment.path}`,
        }),
      ]),
      ...system,
      ...own,
    ],
    files: files.map(({ path, sha256, ...file }, i) => ({
      SPDXID: fileId(i),
      fileName: `.${environment!.path}/${path}`,
      checksums: [{ algorithm: "SHA256", checksumValue: sha256 }],
      licenseConcluded: NONE,
      licenseInfoInFiles: [NONE],
      copyrightText: NONE,
      ...(file.package === undefined ? { comment: NO_PACKAGE } : {}),
    })),
    hasExtractedLicensingInfos: extractedLicenses([
      ...base.packages,
      ...environment?.packages ?? [],
    ]),
    relationships: [
      relate(DOCUMENT, "DESCRIBES", IMAGE),
      relate(IMAGE, "CONTAINS", BASE),
      relate(IMAGE, "CONTAINS", RCC),
      relate(IMAGE, "CONTAINS", ROBOT),
      ...(hasRelease ? [relate(BASE, "CONTAINS", "SPDXRef-OperatingSystem")] : []),
      ...system.map(({ SPDXID }) => relate(BASE, "CONTAINS", SPDXID)),
      ...(environment === undefined ? [] : [
        relate(IMAGE, "CONTAINS", ENVIRONMENT),
        relate(ROBOT, "DEPENDS_ON", ENVIRONMENT),
      ]),
      ...own.map(({ SPDXID }) => relate(ENVIRONMENT, "CONTAINS", SPDXID)),
      ...files.map((file, i) =>
        // A package whose files were not all looked at by SHA-1 may not say that it contains them.
        file.package === undefined
          ? { ...relate(fileId(i), "OTHER", ENVIRONMENT), comment: NO_PACKAGE }
          : relate(fileId(i), "EXPANDED_FROM_ARCHIVE", own[file.package]!.SPDXID)
      ),
    ],
    ...(robot.url === undefined ? {} : { comment: `the robot is from ${robot.url}` }),
  };
}

function fileId(i: number): string {
  return `SPDXRef-File-${i + 1}`;
}

function relate(from: string, relationshipType: string, to: string) {
  return { spdxElementId: from, relationshipType, relatedSpdxElement: to };
}

interface SpdxPackage extends Readonly<Record<string, unknown>> {
  readonly SPDXID: string;
}

function plain(id: string, name: string, facts: Readonly<Record<string, unknown>>): SpdxPackage {
  return {
    SPDXID: id,
    name,
    downloadLocation: NONE,
    filesAnalyzed: false,
    licenseConcluded: NONE,
    licenseDeclared: NONE,
    copyrightText: NONE,
    ...facts,
  };
}

function imagePackage({ image }: Evidence): SpdxPackage {
  const [reference] = image.references;
  const { repository, tag } = nameParts(reference!);
  return plain(IMAGE, reference!, {
    versionInfo: image.digest,
    primaryPackagePurpose: "CONTAINER",
    checksums: [{ algorithm: "SHA256", checksumValue: image.digest.slice("sha256:".length) }],
    externalRefs: [purlReference(ociPurl(repository, image.digest, tag))],
  });
}

function basePackage({ base }: Evidence): SpdxPackage {
  const { digest } = base;
  return plain(BASE, base.name, {
    primaryPackagePurpose: "CONTAINER",
    ...(digest === undefined ? {} : {
      versionInfo: digest,
      externalRefs: [purlReference(ociPurl(nameParts(base.name).repository, digest))],
    }),
    ...(base.unread.length === 0
      ? {}
      : { comment: `its packages of ${base.unread.join(" and ")} are not listed` }),
  });
}

function releasePackage({ base }: Evidence): SpdxPackage {
  const { id, version } = base.release!;
  return plain("SPDXRef-OperatingSystem", id, {
    ...(version === "" ? {} : { versionInfo: version }),
    primaryPackagePurpose: "OPERATING_SYSTEM",
  });
}

function rccPackage({ rcc }: Evidence): SpdxPackage {
  return plain(RCC, "rcc", {
    ...(rcc.version === undefined ? {} : { versionInfo: rcc.version }),
    primaryPackagePurpose: "APPLICATION",
    checksums: [{ algorithm: "SHA256", checksumValue: rcc.sha256 }],
    externalRefs: [purlReference(rccPurl(rcc))],
  });
}

/** Of a program that no ecosystem of packages has. */
export function rccPurl({ version, sha256 }: Evidence["rcc"]): string {
  const checksum = `sha256:${sha256}`;
  return purlOf({
    type: "generic",
    name: "rcc",
    ...(version === undefined ? {} : { version }),
    qualifiers: { checksum },
  });
}

function robotPackage({ robot }: Evidence): SpdxPackage {
  return plain(ROBOT, robot.name, {
    ...(robot.revision === undefined ? {} : { versionInfo: robot.revision }),
    primaryPackagePurpose: "APPLICATION",
  });
}

function packageOf(one: EvidencePackage, id: string, { layers, created, tool }: Evidence) {
  const { name, version, purl, license, record, download } = one;
  const checksums = [
    ...(download?.sha256 ? [{ algorithm: "SHA256", checksumValue: download.sha256 }] : []),
    ...(download?.md5 ? [{ algorithm: "MD5", checksumValue: download.md5 }] : []),
  ];
  return plain(id, name, {
    versionInfo: version,
    ...(download?.url === undefined ? {} : { downloadLocation: download.url }),
    ...(license === undefined ? {} : { licenseDeclared: declared(license) }),
    ...(checksums.length === 0 ? {} : { checksums }),
    ...(record === undefined ? {} : { sourceInfo: `read from ${record}` }),
    primaryPackagePurpose: "LIBRARY",
    externalRefs: [purlReference(purl)],
    annotations: one.layers.map((layer) => ({
      annotationDate: created,
      annotationType: "OTHER",
      annotator: `Tool: ${tool.name}-${tool.version}`,
      comment: `LayerDigest: ${layers[layer]!.digest}`,
    })),
  });
}

function purlReference(purl: string) {
  return {
    referenceCategory: "PACKAGE-MANAGER",
    referenceType: "purl",
    referenceLocator: purl,
  };
}

function declared(license: string): string {
  return isLicenseExpression(license) ? license : licenseReference(license);
}

function extractedLicenses(packages: readonly EvidencePackage[]) {
  const texts = packages.map(({ license }) => license)
    .filter((license) => license !== undefined)
    .filter((license) => !isLicenseExpression(license));
  return [...new Set(texts)].sort().map((license) => ({
    licenseId: licenseReference(license),
    name: license,
    extractedText: license,
  }));
}
