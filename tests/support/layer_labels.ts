import { ENVIRONMENT_LABEL, isLayersLabel } from "../../src/plan/mod.ts";

/** Labels without those that say what can be taken of an image's layers. */
export function withoutLayerLabels(
  labels: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(([name]) => name !== ENVIRONMENT_LABEL && !isLayersLabel(name)),
  );
}
