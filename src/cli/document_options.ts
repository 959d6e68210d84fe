import type { SbomFile } from "../build/mod.ts";
import { SBOM_FORMATS, sbomFormatOf } from "../evidence/mod.ts";
import { Failure } from "../failure/mod.ts";

/** @throws {Failure} when a file's name does not say what is to be in it, and nothing else does. */
export function parseSboms(
  { sbom = [], sbomFormat }: {
    readonly sbom?: readonly string[] | undefined;
    readonly sbomFormat?: string | undefined;
  },
): readonly SbomFile[] {
  const asked = SBOM_FORMATS.find((format) => format === sbomFormat);
  if (sbomFormat !== undefined && asked === undefined) {
    throw optionFailure(
      `failed to read --sbom-format "${sbomFormat}": expected ${SBOM_FORMATS.join(" or ")}`,
    );
  }
  if (sbomFormat !== undefined && sbom.length === 0) {
    throw optionFailure("failed to use --sbom-format: there is no SBOM to write, give --sbom FILE");
  }
  return sbom.map((path) => {
    const format = asked ?? sbomFormatOf(path);
    if (format !== undefined) return { path, format };
    throw optionFailure(
      `failed to read --sbom "${path}": its name says neither spdx nor cyclonedx, name it ` +
        `bot.spdx.json or bot.cdx.json, or give --sbom-format`,
    );
  });
}

function optionFailure(message: string): Failure {
  return new Failure("usage/option", message);
}

/** What is to be said of an image in a page. */
export interface PageArguments {
  /** The file of the page. */
  readonly report?: string | undefined;
  /** The image that it compares with. */
  readonly compare?: string | undefined;
}

/** @throws {Failure} when there is no page in which to say what differs. */
export function requirePage({ report, compare }: PageArguments): void {
  if (compare === undefined || report !== undefined) return;
  const message = "failed to use --compare: it says what differs in a page, give --report";
  throw new Failure("usage/option", message);
}
