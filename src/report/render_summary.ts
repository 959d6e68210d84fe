import { chartBar } from "./bar.ts";
import { familiar, nextCommands } from "./commands.ts";
import { formatBytes, formatDuration } from "./format.ts";
import type { Line } from "./line.ts";
import { printable } from "./printable.ts";
import type { BuildSummary, PhaseDuration, SummaryOutput, SummaryPart } from "./summary.ts";
import { cut, padEnd, widthOf } from "./width.ts";

/** What the summary is fitted to. */
export interface SummaryLook {
  readonly columns: number;
  readonly unicode: boolean;
}

/** Options of {@linkcode renderSummary}. */
export interface RenderSummaryOptions extends SummaryLook {
  readonly phases: readonly PhaseDuration[];
  /** From the start of the command. */
  readonly totalMs: number;
}

/** The end of a build: what was made, where it is, what it is made of, and what to do with it. */
export function renderSummary(
  summary: BuildSummary,
  options: RenderSummaryOptions,
): readonly Line[] {
  const { load, run, push } = nextCommands(summary);
  return [
    [{ text: "Build complete!", tone: "good" }],
    [`Digest: ${summary.digest}`],
    [],
    ...section("Image", summary.references.map((name) => familiar(name)!)),
    ...section("Base", summary.base === undefined ? [] : [familiar(summary.base)!]),
    ...section("Made", [kindOf(summary)]),
    ...OUTPUTS.flatMap(({ kind, title }) => section(title, placesOf(summary, kind))),
    ...section("Size", [sizeOf(summary)]),
    ...renderChart(summary.parts, options),
    ...section("New", newLayers(summary, options)),
    ...section("Time", timesOf(options)),
    ...section("Note", summary.notes),
    [],
    ...section("Load", load),
    ...section("Run", run),
    ...section("", otherTasks(summary)),
    ...section("Push", push),
    ...pushedNames(summary),
  ];
}

const INDENT = 8;

/** A title, and its lines below one another; nothing at all without lines. */
function section(title: string, lines: readonly string[]): readonly Line[] {
  return lines.map((line, at) => [
    { text: (at === 0 ? title : "").padEnd(INDENT), tone: "strong" },
    line,
  ]);
}

const OUTPUTS = [
  { kind: "archive", title: "Saved" },
  { kind: "layout", title: "Layout" },
  { kind: "push", title: "Pushed" },
  { kind: "load", title: "Loaded" },
] as const satisfies readonly { readonly kind: SummaryOutput["kind"]; readonly title: string }[];

function placesOf({ outputs }: BuildSummary, wanted: SummaryOutput["kind"]): readonly string[] {
  return outputs
    .filter(({ kind }) => kind === wanted)
    .map(({ where }) => wanted === "load" ? `into ${where}` : where);
}

/** Last of all, for scripts: what was pushed, by its digest. */
function pushedNames(summary: BuildSummary): readonly Line[] {
  const names = placesOf(summary, "push");
  return names.length === 0 ? [] : [[], ...names.map((name) => [`${name}@${summary.digest}`])];
}

function kindOf({ mode, start }: BuildSummary): string {
  const environment = mode === "none" ? "without an environment" : `from a ${mode} library`;
  return start === "checked" ? environment : `${start}, ${environment}`;
}

function sizeOf({ totalSize, parts }: BuildSummary): string {
  const unpacked = parts.reduce((sum, { tarSize = NaN }) => sum + tarSize, 0);
  const packed = formatBytes(totalSize);
  return Number.isNaN(unpacked) || parts.length === 0
    ? packed
    : `${packed}, ${formatBytes(unpacked)} unpacked`;
}

const LONGEST_NAME = 24;
const SIZE_WIDTH = "99.9 MB".length;
const CACHED = "  cached";
/** Below this width the chart starts further to the left. */
const WIDE = 60;
const LEAST_CHART = 6;
const MOST_CHART = 40;

/** A bar for each part, the largest as long as the terminal allows. */
export function renderChart(
  parts: readonly SummaryPart[],
  { columns, unicode }: SummaryLook,
): readonly Line[] {
  const ellipsis = unicode ? "…" : "...";
  const names = parts.map(({ name }) => cut(printable(name), LONGEST_NAME, { ellipsis }));
  const nameWidth = Math.max(0, ...names.map(widthOf));
  const largest = Math.max(1, ...parts.map(({ size }) => size));
  const indent = columns < WIDE ? 2 : INDENT;
  const fixed = indent + nameWidth + 2 + SIZE_WIDTH + 2 + CACHED.length;
  const width = Math.min(MOST_CHART, columns - 1 - fixed);
  return parts.map(({ size, fromCache }, at) => {
    const bar = width < LEAST_CHART ? "" : chartBar(size / largest, { width, unicode });
    const name = padEnd(names[at]!, nameWidth);
    const cached = fromCache ? CACHED : "";
    return [
      `${" ".repeat(indent)}${name}  ${formatBytes(size).padStart(SIZE_WIDTH)}`,
      { text: bar === "" ? "" : `  ${cached ? bar.padEnd(width) : bar}`, tone: "bar" },
      { text: cached, tone: "faint" },
    ];
  });
}

/** What of the environment was packed, when the rest was cached. */
function newLayers({ packedAnew }: BuildSummary, { columns }: SummaryLook): readonly string[] {
  if (packedAnew === undefined) return [];
  const { names, layers, of, bytes } = packedAnew;
  return [
    `${layers} of the environment's ${of} layers, ${formatBytes(bytes)}`,
    ...inRows(names.map(printable), columns - 1 - INDENT),
  ];
}

function timesOf({ phases, totalMs, columns }: RenderSummaryOptions): readonly string[] {
  const each = phases.map(({ title, ms }) => `${printable(title)} ${formatDuration(ms)}`);
  return [formatDuration(totalMs), ...inRows(each, columns - 1 - INDENT)];
}

/** As many texts in a row as fit, with commas. */
function inRows(texts: readonly string[], width: number): readonly string[] {
  const rows: string[] = [];
  for (const [at, text] of texts.entries()) {
    const word = at === texts.length - 1 ? text : `${text},`;
    const row = rows.at(-1);
    if (row !== undefined && widthOf(row) + 1 + widthOf(word) <= width) {
      rows[rows.length - 1] = `${row} ${word}`;
    } else {
      rows.push(word);
    }
  }
  return rows;
}

function otherTasks({ needsTask }: BuildSummary): readonly string[] {
  if (needsTask.length < 2) return [];
  return [`(one task of ${needsTask.map((task) => `"${printable(task)}"`).join(", ")})`];
}
