import {
  encodeDocument,
  PROVENANCE_TYPE,
  provenanceStatement,
  SBOM_MEDIA_TYPES,
  sbomBytes,
} from "../evidence/mod.ts";
import type { Referrer } from "../image/mod.ts";
import { digestOf, formatReference } from "../oci/mod.ts";
import { formatTime } from "../plan/mod.ts";
import { isTreeClean } from "../robot/mod.ts";
import { collectEvidence, type MadeFacts, TOOL } from "./collect_evidence.ts";
import type { CompleteInputs } from "./complete_inputs.ts";
import type { BuildRequest } from "./request.ts";

/** A document about an image, and the file that it is asked for as. */
export interface ImageDocument extends Referrer {
  readonly path: string;
}

/** Media type of an in-toto statement that nobody has signed. */
const STATEMENT_MEDIA_TYPE = "application/vnd.in-toto+json";

/** What of a build the documents depend on, beside what it has made. */
export interface MakeDocumentsOptions {
  readonly request: BuildRequest;
  readonly signal: AbortSignal;
}

/** Makes the documents about an image that were asked for. */
export async function makeDocuments(
  made: MadeFacts & { readonly inputs: CompleteInputs },
  { request, signal }: MakeDocumentsOptions,
): Promise<readonly ImageDocument[]> {
  const { sboms, provenance } = request.outputs;
  const annotations = { "org.opencontainers.image.created": formatTime(made.plan.created) };
  const evidence = sboms.length === 0 ? undefined : await collectEvidence(made);
  const documents: ImageDocument[] = sboms.map(({ path, format }) => ({
    what: "SBOM",
    path,
    mediaType: SBOM_MEDIA_TYPES[format],
    bytes: sbomBytes(evidence!, format),
    annotations,
  }));
  if (provenance === undefined) return documents;
  return [...documents, {
    what: "provenance",
    path: provenance,
    mediaType: STATEMENT_MEDIA_TYPE,
    bytes: encodeDocument(await statementOf(made, { request, signal })),
    annotations: { ...annotations, "in-toto.io/predicate-type": PROVENANCE_TYPE },
  }];
}

async function statementOf(
  { plan, inputs, image }: MadeFacts & { readonly inputs: CompleteInputs },
  { request, signal }: MakeDocumentsOptions,
): Promise<Record<string, unknown>> {
  const { base } = plan;
  const { robot, listing, source, rcc, environment } = inputs;
  const packed = new Set(listing.entries.map(({ path }) => path));
  const isClean = source.revision === undefined
    ? undefined
    : await isTreeClean(robot.reach.root, packed, { signal });
  return provenanceStatement({
    references: plan.tags.map(formatReference),
    digest: image.manifest.descriptor.digest,
    tool: TOOL,
    base: {
      name: base.referenceName,
      ...(base.digest === undefined ? {} : { digest: base.digest }),
    },
    rcc: { sha256: rcc.sha256, ...(rcc.version === undefined ? {} : { version: rcc.version }) },
    ...(environment === undefined ? {} : {
      environment: {
        hash: environment.catalog.blueprint,
        catalog: digestOf(environment.catalogFile).slice("sha256:".length),
      },
    }),
    robot: { name: robot.name, ...source, ...(isClean === undefined ? {} : { isClean }) },
    settings: settingsOf(request, plan.created),
  });
}

/** Names of variables and labels; their values are in the image's config for those who may read it. */
function settingsOf(
  { robot: { task, exclude }, base, image }: BuildRequest,
  created: Date,
): Record<string, unknown> {
  const { user, env, labels, packing, maxLayers, start, init } = image;
  return {
    created: formatTime(created),
    baseImage: base.name,
    task,
    exclude,
    user,
    env: [...env.keys()],
    labels: [...labels.keys()],
    compression: packing.level === undefined ? packing.codec : `${packing.codec}:${packing.level}`,
    maxLayers,
    start,
    init,
  };
}
