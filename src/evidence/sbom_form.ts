import { encodeDocument } from "./encode_document.ts";
import { cyclonedxDocument } from "./cyclonedx.ts";
import type { Evidence } from "./evidence.ts";
import { spdxDocument } from "./spdx.ts";

/** The forms of a bill of materials that are written. */
export const SBOM_FORMATS = ["spdx", "cyclonedx"] as const;

export type SbomFormat = typeof SBOM_FORMATS[number];

/** What a document is called among media types. */
export const SBOM_MEDIA_TYPES: Readonly<Record<SbomFormat, string>> = {
  spdx: "application/spdx+json",
  cyclonedx: "application/vnd.cyclonedx+json",
};

/** The form that a file's name says; none when it says none. */
export function sbomFormatOf(path: string): SbomFormat | undefined {
  const name = path.split(/[/\\]/).at(-1)!.toLowerCase();
  if (/spdx/.test(name)) return "spdx";
  return /cyclonedx|\bcdx\b|\bbom\.json$|\bbom\b/.test(name) ? "cyclonedx" : undefined;
}

/** A bill of materials, as it is written and attached. */
export function sbomBytes(evidence: Evidence, format: SbomFormat): Uint8Array<ArrayBuffer> {
  return encodeDocument(
    format === "spdx" ? spdxDocument(evidence) : cyclonedxDocument(evidence),
  );
}
