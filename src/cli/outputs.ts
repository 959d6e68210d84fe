import { archiveOutput, layoutOutput, type Output } from "../output/mod.ts";
import type { BuildOptions } from "./build_options.ts";

/** Where the image is to go, as the options say. */
export function outputsOf({ save, ociLayout }: BuildOptions): readonly Output[] {
  return [
    ...(ociLayout === undefined ? [] : [layoutOutput(ociLayout)]),
    ...(save === undefined ? [] : [archiveOutput(save)]),
  ];
}
