/**
 * Decides what an image will be. Pure: the facts were collected before, nothing is read or written.
 *
 * ```ts
 * import { defaultTag } from "./mod.ts";
 *
 * const { repository, tag } = defaultTag("My Robot", new Date("2026-01-31T12:00:00Z"));
 * console.assert(repository === "library/my-robot" && tag === "20260131-120000");
 * ```
 *
 * @module
 */
export { BYTECODE_SIZE, type BytecodeFacts, sizeOfSources } from "./bytecode.ts";
export { formatTime, imageAnnotations, OWN_LABELS } from "./labels.ts";
export {
  type EnvironmentLayerPlan,
  isOfLibrary,
  isTaken,
  layerEntries,
  type LayerName,
  type LayerPlan,
} from "./layer_plan.ts";
export {
  ENVIRONMENT_LABEL,
  type EnvironmentLabel,
  type PublishedEnvironment,
  type PublishedLayer,
} from "./published.ts";
export {
  isLayersLabel,
  KEPT_KINDS,
  LAYER_ANNOTATIONS,
  type LayerRecord,
  LAYERS_LABEL,
  parseRecordsLabels,
  readLayerRecords,
  recordAnnotations,
  recordOf,
  recordsLabelNames,
  recordsLabels,
} from "./layer_record.ts";
export { MOST_LAYERS } from "./layer_limit.ts";
export { IMAGE_PATHS, robotFolder } from "./paths.ts";
export { type PlainEnvironment, type PlainFacts, type PlainPlan, planPlain } from "./plain.ts";
export { type Plan, type PlanFacts, planImage, planNames } from "./plan.ts";
export { ACTIVATION, type RecordPlaces, recordPlaces } from "./record_places.ts";
export { type ImageOptions, isStartMode, START_MODES, type StartMode } from "./options.ts";
export { defaultTag } from "./tags.ts";
export { parseUserRequest, type UserRequest } from "./user.ts";
