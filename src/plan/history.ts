import type { History } from "../oci/mod.ts";

/**
 * The base's history with an entry for each of its layers: some bases have fewer, and readers that
 * count them refuse such an image.
 */
export function baseHistory(history: readonly History[], layerCount: number): readonly History[] {
  const counted = history.filter((step) => step.empty_layer !== true).length;
  if (counted > layerCount) return unknownSteps(layerCount);
  return [...history, ...unknownSteps(layerCount - counted)];
}

function unknownSteps(count: number): readonly History[] {
  return Array.from({ length: count }, () => ({ created_by: "a layer of the base image" }));
}
