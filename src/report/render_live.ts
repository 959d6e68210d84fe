import { progressBar, sweepBar } from "./bar.ts";
import { formatBytes, formatDuration, formatRate, formatTimeLeft } from "./format.ts";
import type { Line } from "./line.ts";
import { printable } from "./printable.ts";
import {
  fractionOf,
  percentOf,
  type PhaseProgress,
  type TaskProgress,
  timeLeft,
} from "./progress.ts";
import { cut, padEnd, widthOf } from "./width.ts";

/** What the terminal is like at this moment. */
export interface LiveLook {
  readonly columns: number;
  readonly rows: number;
  readonly unicode: boolean;
}

/** More lines than these would be a wall. */
const MOST_LINES = 12;

/**
 * The live lines: one a running task, or the phase's title while none runs. The last column stays
 * empty, as some terminals break the line there, and so does the last row, for the cursor.
 */
export function renderLive(phases: readonly PhaseProgress[], look: LiveLook): readonly Line[] {
  const width = Math.max(1, look.columns - 1);
  const columns = columnsFor(phases.flatMap(({ tasks }) => tasks), width);
  const lines = phases.flatMap((phase) =>
    phase.tasks.length === 0
      ? [phaseLine(phase, { ...look, width })]
      : phase.tasks.map((task) => taskLine(task, { ...look, ...columns, width }))
  );
  const room = Math.max(1, Math.min(MOST_LINES, look.rows - 1));
  if (lines.length <= room) return lines;
  const more = cut(`and ${lines.length - room + 1} more`, width, ellipsisOf(look));
  return [...lines.slice(0, room - 1), [{ text: more, tone: "faint" }]];
}

interface Placed extends LiveLook {
  /** Columns that may be used. */
  readonly width: number;
}

function phaseLine({ title, elapsedMs }: PhaseProgress, { width, ...look }: Placed): Line {
  const seconds = Math.floor(elapsedMs / 1000);
  const time = seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
  const text = `${printable(title)}...${seconds < 1 ? "" : `  ${time}`}`;
  return [cut(text, width, ellipsisOf(look))];
}

function ellipsisOf({ unicode }: Pick<LiveLook, "unicode">): { readonly ellipsis: string } {
  return { ellipsis: unicode ? "…" : "..." };
}

/** A number behind the bar, in columns that hold its longest text. */
interface Field {
  readonly width: number;
  readonly align: "left" | "right";
  text(task: TaskProgress): string;
}

const PERCENT: Field = {
  width: "100%".length,
  align: "right",
  text: (task) => {
    const fraction = fractionOf(task);
    return fraction === undefined ? "" : percentOf(fraction);
  },
};

const BYTES: Field = {
  width: "99.9 MB/99.9 MB".length,
  align: "right",
  text: ({ done, total }) =>
    total === undefined ? formatBytes(done) : `${formatBytes(done)}/${formatBytes(total)}`,
};

const RATE: Field = {
  width: "99.9 MB/s".length,
  align: "right",
  text: ({ rate }) => rate > 0 ? formatRate(rate) : "",
};

const LEFT: Field = {
  width: "59 min left".length,
  align: "left",
  text: (task) => {
    const left = task.elapsedMs < 1000 ? undefined : timeLeft(task);
    return left === undefined ? "" : formatTimeLeft(left);
  },
};

/** On a terminal too narrow for both. */
const LEFT_OR_DONE: Field = {
  ...LEFT,
  text: (task) => task.total === undefined ? formatBytes(task.done) : LEFT.text(task),
};

/** In the order in which they stand, and in that in which a narrow terminal gets them. */
const FIELDS = [PERCENT, BYTES, RATE, LEFT] as const;
const BY_WORTH = [PERCENT, LEFT, BYTES, RATE] as const;

/** How the columns of a terminal are shared. */
interface Columns {
  readonly label: number;
  /** 0 when there is no room for a bar. */
  readonly bar: number;
  readonly fields: readonly Field[];
}

const GAP = 2;
const LEAST_LABEL = 10;
const MOST_LABEL = 36;
const LEAST_BAR = 8;
const MOST_BAR = 40;

/** The same columns for all tasks, so that bars and numbers stand below one another. */
function columnsFor(tasks: readonly TaskProgress[], width: number): Columns {
  const longest = Math.max(0, ...tasks.map(({ label }) => widthOf(printable(label))));
  const least = Math.min(longest, LEAST_LABEL);
  let spare = width - least - GAP - LEAST_BAR;
  if (spare < 0) return { label: width, bar: 0, fields: [] };
  const taken = new Set<Field>();
  for (const field of BY_WORTH) {
    if (spare < GAP + field.width) break;
    taken.add(field);
    spare -= GAP + field.width;
  }
  const label = least + Math.min(Math.min(longest, MOST_LABEL) - least, Math.ceil(spare / 2));
  return {
    label,
    bar: Math.min(MOST_BAR, LEAST_BAR + spare - (label - least)),
    fields: taken.has(BYTES)
      ? FIELDS.filter((field) => taken.has(field))
      : [PERCENT, LEFT_OR_DONE].slice(0, taken.size),
  };
}

function taskLine(task: TaskProgress, look: Columns & Placed): Line {
  const label = cut(printable(task.label), look.label, ellipsisOf(look));
  if (look.bar === 0) return [label];
  const fraction = fractionOf(task);
  const size = { width: look.bar, unicode: look.unicode };
  const bar = fraction === undefined ? sweepBar(task.elapsedMs, size) : progressBar(fraction, size);
  const numbers = look.fields.map((field) => inField(field, task)).join("").trimEnd();
  return [
    padEnd(label, look.label) + " ".repeat(GAP),
    { text: bar.before, tone: "faint" },
    { text: bar.filled, tone: "bar" },
    { text: bar.behind, tone: "faint" },
    numbers,
  ];
}

function inField({ width, align, text }: Field, task: TaskProgress): string {
  const content = text(task);
  const padded = align === "left" ? content.padEnd(width) : content.padStart(width);
  return " ".repeat(GAP) + padded;
}
