import { isAbsolute, relative, resolve, sep } from "node:path";
import { archiveOutput, layoutOutput, type Output } from "../output/mod.ts";
import type { BuildOptions } from "./build_options.ts";

/** Where the image is to go, as the options say. */
export function outputsOf({ save, ociLayout }: BuildOptions): readonly Output[] {
  return [
    ...(ociLayout === undefined ? [] : [layoutOutput(ociLayout)]),
    ...(save === undefined ? [] : [archiveOutput(save)]),
  ];
}

/**
 * Patterns for what a build writes into the robot's own folder: the next build must not pack it.
 * A backslash before each character that means something in a pattern.
 */
export function outputsInside(
  directory: string,
  { save, ociLayout, metadataFile }: BuildOptions,
): readonly string[] {
  return [save, ociLayout, metadataFile].flatMap((path) => {
    if (path === undefined) return [];
    const way = relative(directory, resolve(path));
    const inside = way.split(sep).join("/");
    const isInside = way !== "" && !isAbsolute(way) && inside !== ".." && !inside.startsWith("../");
    return isInside ? [`/${inside.replace(/[\\*?[\]!# ]/g, "\\$&")}`] : [];
  });
}
