import { nameParts, uuidOf } from "./document_id.ts";
import type { Evidence, EvidenceFile, EvidencePackage } from "./evidence.ts";
import { isLicenseExpression, isLicenseId } from "./licenses.ts";
import { ociPurl } from "./purl.ts";
import { rccPurl } from "./spdx.ts";

/** What an image holds, as CycloneDX 1.6. Source: https://cyclonedx.org/docs/1.6/json/ */
export function cyclonedxDocument(evidence: Evidence): Record<string, unknown> {
  const { image, created, tool, base, robot, environment } = evidence;
  const [reference] = image.references;
  const { repository, tag } = nameParts(reference!);
  const refs = new References();
  const byPackage = Map.groupBy(environment?.files ?? [], (file) => file.package);
  const system = base.packages.map((one) => packageComponent(one, { evidence, refs, files: [] }));
  const own = (environment?.packages ?? []).map((one, i) =>
    packageComponent(one, { evidence, refs, files: byPackage.get(i) ?? [] })
  );
  const imageRef = ociPurl(repository, image.digest, tag);
  const baseComponents = baseComponent(evidence);
  const rcc = rccComponent(evidence);
  const robotRef = "robot";
  const environmentRef = "environment";
  const parts = [...baseComponents, rcc].map((component) => component["bom-ref"]);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(image.digest)}`,
    version: 1,
    metadata: {
      timestamp: created,
      tools: { components: [{ type: "application", name: tool.name, version: tool.version }] },
      component: {
        "bom-ref": imageRef,
        type: "container",
        name: reference,
        version: image.digest,
        purl: imageRef,
      },
    },
    components: [
      ...baseComponents,
      ...system,
      rcc,
      {
        "bom-ref": robotRef,
        type: "application",
        name: robot.name,
        ...(robot.revision === undefined ? {} : { version: robot.revision }),
        ...(robot.url === undefined
          ? {}
          : { externalReferences: [{ type: "vcs", url: robot.url }] }),
      },
      ...(environment === undefined ? [] : [{
        "bom-ref": environmentRef,
        type: "platform",
        name: `environment ${environment.hash}`,
        version: environment.hash,
        properties: [
          property("rcc-oci:environment:rcc", environment.rcc),
          property("rcc-oci:environment:path", environment.path),
        ],
        ...filesWithin(byPackage.get(undefined) ?? [], evidence),
      }]),
      ...own,
    ],
    dependencies: [
      { ref: imageRef, dependsOn: [...parts, robotRef] },
      { ref: "base", dependsOn: system.map((one) => one["bom-ref"]) },
      ...(environment === undefined ? [] : [
        { ref: robotRef, dependsOn: [environmentRef] },
        { ref: environmentRef, dependsOn: own.map((one) => one["bom-ref"]) },
      ]),
    ],
  };
}

interface Component extends Readonly<Record<string, unknown>> {
  readonly "bom-ref": string;
}

/** Two packages may have one purl: installed twice, for two Pythons. */
class References {
  readonly #taken = new Map<string, number>();

  of(purl: string): string {
    const count = (this.#taken.get(purl) ?? 0) + 1;
    this.#taken.set(purl, count);
    return count === 1 ? purl : `${purl}#${count}`;
  }
}

function baseComponent({ base }: Evidence): readonly Component[] {
  const { name, digest, release, unread } = base;
  const purl = digest === undefined ? undefined : ociPurl(nameParts(name).repository, digest);
  return [
    {
      "bom-ref": "base",
      type: "container",
      name,
      ...(digest === undefined ? {} : { version: digest, purl }),
      ...(unread.length === 0 ? {} : {
        properties: unread.map((database) => property("rcc-oci:base:unread", database)),
      }),
    },
    ...(release === undefined ? [] : [{
      "bom-ref": "operating-system",
      type: "operating-system",
      name: release.id,
      ...(release.version === "" ? {} : { version: release.version }),
    }]),
  ];
}

function rccComponent({ rcc }: Evidence): Component {
  return {
    "bom-ref": "rcc",
    type: "application",
    name: "rcc",
    ...(rcc.version === undefined ? {} : { version: rcc.version }),
    hashes: [{ alg: "SHA-256", content: rcc.sha256 }],
    purl: rccPurl(rcc),
  };
}

function packageComponent(
  one: EvidencePackage,
  { evidence, refs, files }: {
    readonly evidence: Evidence;
    readonly refs: References;
    readonly files: readonly EvidenceFile[];
  },
): Component {
  const { name, version, purl, license, record, download, layers } = one;
  const hashes = [
    ...(download?.md5 ? [{ alg: "MD5", content: download.md5 }] : []),
    ...(download?.sha256 ? [{ alg: "SHA-256", content: download.sha256 }] : []),
  ];
  const properties = [
    ...(record === undefined ? [] : [property("rcc-oci:record", record)]),
    ...layers.map((layer) => property("rcc-oci:layer:digest", evidence.layers[layer]!.digest)),
  ];
  return {
    "bom-ref": refs.of(purl),
    type: "library",
    name,
    version,
    ...(license === undefined ? {} : { licenses: [licenseChoice(license)] }),
    purl,
    ...(download?.url === undefined ? {} : {
      externalReferences: [{
        type: "distribution",
        url: download.url,
        ...(hashes.length === 0 ? {} : { hashes }),
      }],
    }),
    ...(properties.length === 0 ? {} : { properties }),
    ...filesWithin(files, evidence),
  };
}

function licenseChoice(license: string) {
  const acknowledgement = "declared";
  if (isLicenseId(license)) return { license: { id: license, acknowledgement } };
  if (isLicenseExpression(license)) return { expression: license, acknowledgement };
  return { license: { name: license, acknowledgement } };
}

function filesWithin(
  files: readonly EvidenceFile[],
  { environment, layers }: Evidence,
): { readonly components?: readonly unknown[] } {
  if (files.length === 0) return {};
  return {
    components: files.map(({ path, sha256, layer, ...file }) => ({
      type: "file",
      name: `${environment!.path}/${path}`,
      hashes: [{ alg: "SHA-256", content: sha256 }],
      properties: [
        property("rcc-oci:layer:digest", layers[layer]!.digest),
        ...(file.package === undefined ? [property("rcc-oci:unowned", "true")] : []),
      ],
    })),
  };
}

function property(name: string, value: string) {
  return { name, value };
}
