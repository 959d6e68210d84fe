import { ENVIRONMENT_LABEL, LAYERS_LABEL } from "../../src/plan/mod.ts";

/** Labels without those that say what can be taken of an image's layers. */
export function withoutLayerLabels(
  { [ENVIRONMENT_LABEL]: _environment, [LAYERS_LABEL]: _layers, ...labels }: Readonly<
    Record<string, string>
  >,
): Record<string, string> {
  return labels;
}
