import type { TreeNode } from "../base/mod.ts";
import type { InspectedLayer, Inspection } from "../inspect/mod.ts";
import { formatBytes } from "./format.ts";
import { printable } from "./printable.ts";
import { shellQuote } from "./shell_quote.ts";

/** Options of {@linkcode renderInspection}. */
export interface RenderInspectionOptions {
  /** Whether every file is listed. */
  readonly files: boolean;
}

const INDENT = 9;

/** What an image is, as lines. What is wrong with it is said elsewhere. */
export function renderInspection(
  inspection: Inspection,
  { files }: RenderInspectionOptions,
): readonly string[] {
  const { name, references, manifest, platform, created, config, layers, tree } = inspection;
  const start = [...config.Entrypoint ?? [], ...config.Cmd ?? []].map(shellQuote).join(" ");
  return [
    ...section("Image", references.length === 0 ? [name] : references),
    ...section("Digest", manifest === undefined ? [] : [manifest.digest]),
    ...section("Made", [[created, platform].filter(Boolean).join(", for ")]),
    ...section("User", [config.User ?? "root"]),
    ...section("Folder", [config.WorkingDir ?? "/"]),
    ...section("Starts", start === "" ? [] : [start]),
    ...section("Env", config.Env ?? []),
    ...section("Holds", [environmentOf(inspection)]),
    ...section("Size", [sizeOf(layers)]),
    ...section("Layers", layers.map(renderLayer)),
    ...(files ? ["", ...[...tree.entries()].slice(1).map(renderFile)] : []),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line !== "")
    .map((line, at) => `${(at === 0 ? title : "").padEnd(INDENT)}${line}`);
}

function environmentOf({ catalog, rccVersion }: Inspection): string {
  if (catalog === undefined) return "";
  const builder = rccVersion === undefined ? "" : `, built by rcc ${rccVersion}`;
  return `environment ${catalog}${builder}`;
}

function sizeOf(layers: readonly InspectedLayer[]): string {
  const packed = layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  const unpacked = layers.reduce((sum, { tarSize = NaN }) => sum + tarSize, 0);
  const all = formatBytes(packed);
  return Number.isNaN(unpacked) ? all : `${all}, ${formatBytes(unpacked)} unpacked`;
}

const PART_WIDTH = "environment".length;
const SIZE_WIDTH = "99.9 MB".length;

function renderLayer(layer: InspectedLayer): string {
  const { part, descriptor, tarSize, entries } = layer;
  const size = formatBytes(descriptor.size).padStart(SIZE_WIDTH);
  const inside = tarSize === undefined || entries === undefined
    ? "cannot be read"
    : `${formatBytes(tarSize).padStart(SIZE_WIDTH)} unpacked, ${
      entries === 1 ? "1 entry" : `${entries} entries`
    }`;
  return `${part.padEnd(PART_WIDTH)}  ${size}  ${inside}  ${descriptor.digest}${titleOf(layer)}`;
}

const MOST_NAMED = 3;

/** What a layer of the environment has in it. */
function titleOf({ part, kind, packages = [] }: InspectedLayer): string {
  if (part !== "environment" || kind === undefined || kind === "environment") return "";
  if (packages.length === 0) return `  ${kind}`;
  const others = packages.length - MOST_NAMED;
  const named = printable(packages.slice(0, MOST_NAMED).join(", "));
  return others > 0 ? `  ${named} and ${others} more` : `  ${named}`;
}

const TYPES: Readonly<Record<TreeNode["type"], string>> = {
  file: "-",
  directory: "d",
  symlink: "l",
  character: "c",
  block: "b",
  fifo: "p",
};

/** As `tar -tv` has it, without times. */
function renderFile([path, node]: readonly [string, TreeNode]): string {
  const size = String(node.type === "file" ? node.size : 0).padStart(12);
  const target = node.type === "symlink" ? ` -> ${node.target}` : "";
  return `${TYPES[node.type]}${formatMode(node.mode)} ${node.uid}:${node.gid} ${size} ` +
    `/${path}${target}`;
}

/** `rwsr-xr-t`: the special bits stand in the place of `x`. */
function formatMode(mode: number): string {
  const groups = [[6, 0o4000, "s"], [3, 0o2000, "s"], [0, 0o1000, "t"]] as const;
  return groups.map(([shift, special, letter]) => {
    const bits = mode >> shift;
    const isExecutable = (bits & 1) !== 0;
    const last = (mode & special) === 0
      ? (isExecutable ? "x" : "-")
      : (isExecutable ? letter : letter.toUpperCase());
    return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${last}`;
  }).join("");
}
