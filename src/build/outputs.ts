import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Base } from "../base/mod.ts";
import { Failure, throwFailures } from "../failure/mod.ts";
import { codecOf, formatReference, type Reference } from "../oci/mod.ts";
import {
  archiveOutput,
  layoutOutput,
  loadOutput,
  type Output,
  pushOutput,
  requireContextFolder,
  requireWritableFile,
} from "../output/mod.ts";
import type { RegistryClient } from "../registry/mod.ts";
import type { BuildRequest, OutputRequest } from "./request.ts";

/** An output, and what people call it. */
export interface NamedOutput extends Output {
  readonly kind: "layout" | "archive" | "load" | "push" | "file";
  /** The file, folder, engine or registries. */
  readonly where: string;
}

/** Where the image is to go, as was asked for. @param client Asked only to push. */
export function outputsOf(
  { image: { tags }, outputs }: Pick<BuildRequest, "image" | "outputs">,
  client: RegistryClient,
): readonly NamedOutput[] {
  const { save, ociLayout, push, chunkSize, load, context } = outputs;
  const { digestFile, metadataFile, report, sboms, provenance } = outputs;
  const named = (kind: NamedOutput["kind"], where: string, output: Output): NamedOutput[] => [
    { ...output, kind, where },
  ];
  return [
    ...(ociLayout === undefined ? [] : named("layout", ociLayout, layoutOutput(ociLayout))),
    ...(save === undefined ? [] : named("archive", save, archiveOutput(save))),
    ...(load === undefined ? [] : named("load", load, loadOutput(load))),
    ...(push
      ? named(
        "push",
        pushRegistries(tags).join(", "),
        withMeantNames(
          tags,
          pushOutput({ client, chunkSize, reference: tags[0] }),
        ),
      )
      : []),
    ...(context === undefined ? [] : named("file", context.folder, {
      prepare: () => requireContextFolder(context.folder, context.force),
      write: () => Promise.resolve([]),
    })),
    ...(digestFile === undefined
      ? []
      : named("file", digestFile, writtenLater(digestFile, "digest file"))),
    ...(metadataFile === undefined
      ? []
      : named("file", metadataFile, writtenLater(metadataFile, "metadata file"))),
    ...(report === undefined ? [] : named("file", report, writtenLater(report, "report"))),
    ...sboms.flatMap(({ path }) => named("file", path, writtenLater(path, "SBOM"))),
    ...(provenance === undefined
      ? []
      : named("file", provenance, writtenLater(provenance, "provenance"))),
  ];
}

/** What is done with the image, as its phase is called. */
export function savingTitle(outputs: readonly Pick<NamedOutput, "kind">[]): string {
  const kinds = outputs.map(({ kind }) => kind).filter((kind) => kind !== "file");
  if (!kinds.includes("push")) return "Saving";
  return kinds.every((kind) => kind === "push") ? "Pushing" : "Saving and pushing";
}

/** The registries that are pushed to, each once. */
function pushRegistries(tags: readonly Reference[]): readonly string[] {
  return [...new Set(tags.map(({ registry }) => registry))];
}

/** A name in each repository that is pushed to. */
export function pushRepositories(
  { image: { tags }, outputs }: Pick<BuildRequest, "image" | "outputs">,
): readonly Reference[] {
  if (!outputs.push) return [];
  return [...new Map(tags.map((tag) => [`${tag.registry}/${tag.repository}`, tag])).values()];
}

/** A bare name means one of Docker's own images on Docker Hub, which nobody else may push. */
function withMeantNames(tags: readonly Reference[], output: Output): Output {
  return {
    ...output,
    async prepare() {
      throwFailures(
        tags.filter(({ registry, repository }) =>
          registry === "docker.io" && repository.startsWith("library/")
        ).map((tag) =>
          new Failure(
            "usage/reference",
            `failed to push "${
              formatReference(tag)
            }": a name without a registry is one of Docker's ` +
              `own images, write ghcr.io/acme/bot:1, or acme/bot:1 for Docker Hub`,
          )
        ),
      );
      await output.prepare();
    },
  };
}

/** A file about the image, written when all is done: whether it can be is checked before. */
function writtenLater(path: string, what: string): Output {
  return {
    prepare: () => requireWritableFile(path, what),
    write: () => Promise.resolve([]),
  };
}

/** Whether the image goes to registries alone. */
export function onlyPushes({ save, ociLayout, push, load }: OutputRequest): boolean {
  return push && [save, ociLayout, load].every((output) => output === undefined);
}

/**
 * Patterns for what a build writes into the robot's own folder: the next build must not pack it.
 * A backslash before each character that means something in a pattern.
 */
export function outputsInside(
  directory: string,
  { save, ociLayout, context, metadataFile, digestFile, report, sboms, provenance }: Omit<
    OutputRequest,
    "push"
  >,
): readonly string[] {
  const documents = [...sboms.map(({ path }) => path), provenance];
  const written = [save, ociLayout, context?.folder, metadataFile, digestFile, report];
  return [...written, ...documents].flatMap((path) => {
    if (path === undefined || path === "-") return [];
    const way = relative(directory, resolve(path));
    const inside = way.split(sep).join("/");
    const isInside = way !== "" && !isAbsolute(way) && inside !== ".." && !inside.startsWith("../");
    return isInside ? [`/${inside.replace(/[\\*?[\]!# ]/g, "\\$&")}`] : [];
  });
}

/** The archive that docker is to load, none when there is none. */
export function dockerArchive(
  { save, load }: { readonly save?: string | undefined; readonly load?: string | undefined },
): string | undefined {
  return save ?? (load === "docker" ? "docker" : undefined);
}

/** @throws {Failure} when the base has layers that docker does not load from the archive. */
export function requireLoadable({ name, layers }: Base, outputs: OutputRequest): void {
  const archive = dockerArchive(outputs);
  const zstd = layers.find(({ descriptor }) => codecOf(descriptor.mediaType) === "zstd");
  if (archive === undefined || zstd === undefined) return;
  throw new Failure(
    "usage/option",
    `failed to use base image "${name}" for "${archive}": docker loads no zstd layers from an ` +
      `archive, and its layer ${zstd.descriptor.digest} is one, write --oci-layout or --push, or ` +
      `use a base with layers of gzip`,
  );
}
