import type { ListedPackage, PackageChange } from "../evidence/mod.ts";
import type { AttachedDocument } from "../inspect/mod.ts";
import { printable } from "./printable.ts";

/** What is said of an image beyond what it is. */
export interface EvidenceToRender {
  readonly documents: readonly AttachedDocument[];
  readonly packages?: {
    readonly from: "sbom" | "contents";
    readonly packages: readonly ListedPackage[];
  };
  readonly changes?: readonly PackageChange[];
}

const INDENT = 9;

/** Documents that are attached to an image, its packages, and what differs from another's. */
export function renderEvidence(
  { documents, packages, changes }: EvidenceToRender,
): readonly string[] {
  return [
    ...documents.map((document, i) =>
      `${(i === 0 ? "Attached" : "").padEnd(INDENT)}${renderDocument(document)}`
    ),
    ...(packages === undefined ? [] : [
      "",
      packages.from === "sbom" ? "Packages by its SBOM:" : "Packages by what lies in it:",
      ...packages.packages.map(({ type, name, version }) =>
        `  ${type.padEnd(TYPE_WIDTH)}  ${printable(`${name} ${version}`)}`
      ),
    ]),
    ...(changes === undefined ? [] : ["", ...renderChanges(changes)]),
  ];
}

const TYPE_WIDTH = "conda".length;

function renderDocument(document: AttachedDocument): string {
  if (document.kind === "sbom") {
    const { form, packages, digest } = document;
    return `SBOM ${printable(form)} of ${packages.length} packages  ${digest}`;
  }
  const { predicateType, builder, digest } = document;
  const by = builder === undefined ? "" : ` by ${printable(builder)}`;
  return `provenance ${printable(predicateType)}${by}  ${digest}`;
}

const SIGNS = { added: "+", removed: "-", changed: "~" } as const;

function renderChanges(changes: readonly PackageChange[]): readonly string[] {
  if (changes.length === 0) return ["No package differs."];
  return [
    "Packages that differ:",
    ...changes.map(({ change, type, name, from, to }) => {
      const versions = [from, to].filter((list) => list.length > 0)
        .map((list) => list.join(", ")).join(" -> ");
      return `  ${SIGNS[change]} ${type.padEnd(TYPE_WIDTH)}  ${printable(`${name} ${versions}`)}`;
    }),
  ];
}
