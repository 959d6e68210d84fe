import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { localImagePath } from "../base/mod.ts";
import { findLibraries } from "../holotree/mod.ts";
import { LAYOUT_PARTS, type NamedPath, type ReadPath, requireDistinct } from "../output/mod.ts";
import { findHostRcc } from "../rcc/mod.ts";
import type { Context } from "./session.ts";
import { hostFactsOf } from "./host_facts.ts";
import type { BuildRequest } from "./request.ts";

const LIBRARY_PARTS = ["catalog", "library"];

/** What a build reads. */
export type RequestedInputs = Pick<
  BuildRequest,
  "robot" | "environment" | "rcc" | "base" | "connection"
>;

/**
 * No output of a build takes the place of another, nor of what the build reads: under whatever name,
 * links followed.
 *
 * @throws {Failure} or {Failures} of kind "usage".
 */
export async function requireDistinctOutputs(
  { outputs, ...inputs }: RequestedInputs & Pick<BuildRequest, "outputs">,
  context: Pick<Context, "env" | "hostOs">,
): Promise<void> {
  const { save, ociLayout, report, digestFile, metadataFile, sboms, provenance } = outputs;
  const named = (option: string, path: string | undefined): readonly NamedPath[] =>
    path === undefined ? [] : [{ option, path }];
  const files = [
    ...named("--save", save),
    ...named("--report", report),
    ...named("--digest-file", digestFile),
    ...named("--metadata-file", metadataFile),
    ...sboms.map(({ path }) => ({ option: "--sbom", path })),
    ...named("--provenance", provenance),
  ];
  const layout = named("--oci-layout", ociLayout);
  await requireDistinct([...layout, ...files], [
    ...await inputsOf(inputs, context),
    ...layout.map(({ option, path }) => ({
      what: `layout of ${option}`,
      path,
      parts: LAYOUT_PARTS,
    })),
  ]);
}

async function inputsOf(
  { robot: { path: robot }, environment: { hololib }, rcc: ofImage, base, connection }:
    RequestedInputs,
  { env, hostOs }: Pick<Context, "env" | "hostOs">,
): Promise<readonly ReadPath[]> {
  const rcc = ofImage.path ?? await findHostRcc({ env, hostOs });
  const image = localImagePath(base.name);
  const folder = await isFolder(robot) ? robot : dirname(robot);
  const hololibZip = join(folder, "hololib.zip");
  const libraries = findLibraries({ hololib, hololibZip, ...hostFactsOf({ env, hostOs }) });
  return [
    { what: "robot's definition", path: folder === robot ? join(robot, "robot.yaml") : robot },
    ...libraries.map(({ path }) => ({ what: "library", path, parts: LIBRARY_PARTS })),
    ...(rcc === undefined ? [] : [{ what: "rcc", path: rcc }]),
    ...(image === undefined ? [] : [{ what: "base", path: image, parts: LAYOUT_PARTS }]),
    ...connection.caCertificateFiles.map((path) => ({ what: "file of --ca-cert", path })),
  ];
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
