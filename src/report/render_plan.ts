import type { ContainerConfig } from "../oci/mod.ts";
import { formatBytes } from "./format.ts";
import { shellQuote } from "./shell_quote.ts";

/** What a build would make: everything that is said of it. Sizes are in bytes. */
export interface PlanSummary {
  readonly robotYaml: string;
  readonly tags: readonly string[];
  readonly rccBinary: string;
  readonly base: { readonly name: string; readonly digest?: string; readonly isRead: boolean };
  readonly environment:
    | {
      readonly catalog?: string;
      readonly library?: string;
      /** Why rcc would build it. */
      readonly toResolve?: string;
    }
    | null;
  readonly holotreeSpace: string | null;
  readonly layers: readonly PlannedPart[];
  readonly estimatedSize: number;
  readonly config: ContainerConfig;
  readonly outputs: readonly { readonly kind: string; readonly where: string }[];
  readonly downloads: readonly PlannedTransfer[];
  readonly uploads: readonly PlannedTransfer[];
}

/** A layer that is planned. */
export interface PlannedPart {
  readonly name: string;
  readonly size?: number;
  /** Known of what there is already. */
  readonly digest?: string;
  readonly isCached: boolean;
}

/** Something that would come from another host, or go there. */
export interface PlannedTransfer {
  readonly what: string;
  readonly where: string;
  readonly size?: number;
}

const INDENT = 12;

/** What a build would do, as lines. */
export function renderPlan(plan: PlanSummary): readonly string[] {
  const { robotYaml, tags, rccBinary, base, layers, config, outputs, downloads, uploads } = plan;
  const start = [...config.Entrypoint ?? [], ...config.Cmd ?? []].map(shellQuote).join(" ");
  return [
    ...section("Robot", [robotYaml]),
    ...section("Holds", [environmentOf(plan)]),
    ...section("Space", [plan.holotreeSpace ?? ""]),
    ...section("rcc", [rccBinary]),
    ...section("Base", [[base.name, base.digest].filter(Boolean).join("@")]),
    ...section("Image", tags),
    ...section("User", [config.User ?? "root"]),
    ...section("Starts", [start]),
    ...section("Env", config.Env ?? []),
    ...section("Size", [`about ${formatBytes(plan.estimatedSize)}${unknownOf(plan)}`]),
    ...section("Layers", layers.map(renderLayer)),
    ...section("Outputs", outputs.map(({ kind, where }) => `${kind} ${where}`)),
    ...section("Downloads", downloads.map((it) => renderTransfer(it, "from"))),
    ...section("Uploads", uploads.map((it) => renderTransfer(it, "to"))),
    ...(base.isRead ? [] : ["", UNREAD]),
  ];
}

const UNREAD =
  "The base was never read, so that nothing is known of its files: where they decide, it will be " +
  "seen when it is downloaded.";

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line !== "")
    .map((line, at) => `${(at === 0 ? title : "").padEnd(INDENT)}${line}`);
}

function environmentOf({ environment }: PlanSummary): string {
  if (environment === null) return "";
  const { catalog, library, toResolve } = environment;
  if (toResolve !== undefined) return `an environment that rcc would build: ${toResolve}`;
  return `environment ${catalog} of ${library}`;
}

function unknownOf({ layers }: PlanSummary): string {
  return layers.every(({ size }) => size !== undefined) ? "" : ", and the environment's";
}

const NAME_WIDTH = "environment".length;
const SIZE_WIDTH = "about 99.9 MB".length;

function renderLayer({ name, size, digest, isCached }: PlannedPart): string {
  const known = size === undefined
    ? "unknown"
    : `${digest === undefined ? "about " : ""}${formatBytes(size)}`;
  const state = isCached ? "  there already" : "";
  return `${name.padEnd(NAME_WIDTH)}  ${known.padStart(SIZE_WIDTH)}${state}`;
}

function renderTransfer({ what, where, size }: PlannedTransfer, way: "from" | "to"): string {
  return `${what} ${way} ${where}${size === undefined ? "" : `, ${formatBytes(size)}`}`;
}
