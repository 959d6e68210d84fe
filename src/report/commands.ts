import { shellQuote } from "./shell_quote.ts";
import type { BuildSummary, SummaryOutput } from "./summary.ts";

/** Commands for a shell, one a line, each to be copied as it is. */
export interface NextCommands {
  readonly load: readonly string[];
  readonly run: readonly string[];
  readonly push: readonly string[];
}

/** What to do with the image next, by where it is now. */
export function nextCommands(summary: BuildSummary): NextCommands {
  const reference = familiar(summary.references[0]);
  if (reference === undefined) return { load: [], run: [], push: [] };
  return {
    load: loadCommands(summary, reference),
    run: runCommands(summary, reference),
    push: pushCommands(summary, reference),
  };
}

/** As people write it: without what Docker Hub adds. */
export function familiar(reference: string | undefined): string | undefined {
  return reference?.replace(/^docker\.io\/(?:library\/)?/, "");
}

/** Nothing where an engine has it, or gets it by itself from the registry. */
function loadCommands(summary: BuildSummary, reference: string): readonly string[] {
  if (outputOf(summary, "load") || outputOf(summary, "push")) return [];
  const archive = outputOf(summary, "archive");
  if (archive) {
    const file = shellQuote(archive.where);
    return [`docker load -i ${file}`, `podman load -i ${file}`];
  }
  const layout = outputOf(summary, "layout");
  if (!layout) return [];
  const source = imageSource(summary, layout);
  return [
    `skopeo copy ${source} ${shellQuote(`docker-daemon:${reference}`)}`,
    `skopeo copy ${source} ${shellQuote(`containers-storage:${reference}`)}`,
  ];
}

/**
 * A run with its artifacts in `./output`. The user of the image has to write there: in a sealed
 * image that may be oneself, else the folder is open to all.
 */
function runCommands(summary: BuildSummary, reference: string): readonly string[] {
  const { artifactsPath, needsTask, start } = summary;
  const engine = outputOf(summary, "load")?.where ?? "docker";
  const asOneself = engine === "podman" ? "--userns=keep-id" : `--user "$(id -u):$(id -g)"`;
  const words = [
    `${shellQuote(engine)} run --rm`,
    ...(start === "sealed" ? [asOneself] : []),
    `-v ${mount(artifactsPath)}`,
    shellQuote(reference),
    ...(needsTask.length === 0 ? [] : [`--task ${shellQuote(needsTask[0]!)}`]),
  ];
  return [start === "sealed" ? "mkdir -p output" : "install -d -m 777 output", words.join(" ")];
}

function mount(artifactsPath: string): string {
  const target = shellQuote(artifactsPath);
  return target === artifactsPath ? `"$PWD/output:${target}"` : `"$PWD/output:"${target}`;
}

/** Nothing where it is pushed already. Copying a file keeps the digest, which engines change. */
function pushCommands(summary: BuildSummary, reference: string): readonly string[] {
  if (outputOf(summary, "push")) return [];
  const target = withRegistry(reference);
  const stored = outputOf(summary, "layout") ?? outputOf(summary, "archive");
  if (stored) {
    return [`skopeo copy ${imageSource(summary, stored)} ${shellQuote(`docker://${target}`)}`];
  }
  const engine = outputOf(summary, "load")?.where;
  if (engine === undefined) return [];
  const tag = `${shellQuote(engine)} tag ${shellQuote(reference)} ${shellQuote(target)}`;
  const push = `${shellQuote(engine)} push ${shellQuote(target)}`;
  return target === reference ? [push] : [tag, push];
}

/** A single name belongs to nobody on Docker Hub: an example of a registry before it, to replace. */
function withRegistry(reference: string): string {
  return reference.includes("/") ? reference : `registry.example.com/${reference}`;
}

/** Where one image has several names there, one of them has to be said. */
function imageSource({ references }: BuildSummary, { kind, where }: SummaryOutput): string {
  const transport = kind === "layout" ? "oci" : "oci-archive";
  const name = references.length > 1 ? `:${references[0]}` : "";
  return shellQuote(`${transport}:${where}${name}`);
}

function outputOf({ outputs }: BuildSummary, kind: SummaryOutput["kind"]) {
  return outputs.find((output) => output.kind === kind);
}
