import { nameParts } from "./document_id.ts";
import { ociPurl } from "./purl.ts";
import { rccPurl } from "./spdx.ts";

/** What an image was made of, and how. */
export interface ProvenanceFacts {
  readonly references: readonly string[];
  /** Of the image's manifest. */
  readonly digest: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly base: { readonly name: string; readonly digest?: string };
  readonly rcc: { readonly version?: string; readonly sha256: string };
  readonly environment?: {
    /** Of the blueprint. */
    readonly hash: string;
    /** SHA-256 of the catalog's file. */
    readonly catalog: string;
  };
  readonly robot: {
    readonly name: string;
    readonly url?: string;
    readonly revision?: string;
    /** Whether nothing that was packed differs from the commit; unknown without git. */
    readonly isClean?: boolean;
  };
  /** What the image was asked to be, short of values that may be secret. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const HOME = "https://github.com/joshyorko/rcc-oci";

export const PROVENANCE_TYPE = "https://slsa.dev/provenance/v1";
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

/**
 * How an image was made: an in-toto statement with a predicate of SLSA. Nobody has signed it.
 * Source: https://slsa.dev/spec/v1.0/provenance
 */
export function provenanceStatement(facts: ProvenanceFacts): Record<string, unknown> {
  const { references, digest, tool, robot, settings } = facts;
  return {
    _type: STATEMENT_TYPE,
    subject: references.map((reference) => ({ name: reference, digest: hashOf(digest) })),
    predicateType: PROVENANCE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: `${HOME}/build/v1`,
        externalParameters: settings,
        internalParameters: {
          robot: robot.name,
          ...(robot.isClean === undefined ? {} : { robotTreeIsClean: robot.isClean }),
        },
        resolvedDependencies: dependencies(facts),
      },
      runDetails: {
        builder: { id: HOME, version: { [tool.name]: tool.version } },
      },
    },
  };
}

function dependencies({ base, rcc, environment, robot }: ProvenanceFacts) {
  return [
    ...(base.digest === undefined ? [] : [{
      name: "base",
      uri: ociPurl(nameParts(base.name).repository, base.digest),
      digest: hashOf(base.digest),
    }]),
    { name: "rcc", uri: rccPurl(rcc), digest: { sha256: rcc.sha256 } },
    ...(environment === undefined ? [] : [{
      name: "environment",
      digest: { sha256: environment.catalog },
      annotations: { blueprint: environment.hash },
    }]),
    ...(robot.revision === undefined ? [] : [{
      name: "robot",
      ...(robot.url === undefined ? {} : { uri: `git+${robot.url}` }),
      digest: { gitCommit: robot.revision },
    }]),
  ];
}

function hashOf(digest: string) {
  return { sha256: digest.slice("sha256:".length) };
}
