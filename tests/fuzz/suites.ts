import * as bytes from "./byte_suites.ts";
import { inflate } from "./inflate_suite.ts";
import type { FuzzSuite } from "./suite.ts";
import * as texts from "./text_suites.ts";

/** Of those that read bytes, which a corpus may hold. */
export const READERS: readonly FuzzSuite<Uint8Array>[] = [
  bytes.tarReader,
  bytes.paxRecords,
  bytes.zips,
  bytes.catalogs,
  bytes.documents,
  inflate,
  texts.references,
  texts.challenges,
  texts.blueprints,
  texts.robots,
  texts.dockerConfigs,
  texts.ignoreRules,
];

/** All suites, by their name. */
export const SUITES: ReadonlyMap<string, FuzzSuite> = new Map(
  [...READERS, bytes.tarWriter, bytes.whiteouts]
    .map((suite) => [suite.name, suite as FuzzSuite]),
);
