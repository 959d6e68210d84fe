/** Options of the bars. */
export interface BarOptions {
  /** Columns, at least 2. */
  readonly width: number;
  /** Eighths of blocks, else `#`. */
  readonly unicode: boolean;
}

/** A bar in its parts: what is done, and what is before and behind it. Together `width` columns. */
export interface Bar {
  readonly before: string;
  readonly filled: string;
  readonly behind: string;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** How much of something is done, full only when all is: `██████▌░░░`, `[####---]`. */
export function progressBar(fraction: number, { width, unicode }: BarOptions): Bar {
  const part = Math.min(1, Math.max(0, fraction || 0));
  if (!unicode) {
    const inside = Math.max(0, width - 2);
    const done = Math.floor(part * inside);
    return inBrackets({ before: 0, done, inside });
  }
  const filled = blocks(Math.floor(part * width * 8));
  return { before: "", filled, behind: "░".repeat(width - filled.length) };
}

/** That something goes on, though nobody knows how long: a piece that goes to and fro. */
export function sweepBar(elapsedMs: number, { width, unicode }: BarOptions): Bar {
  const inside = unicode ? width : Math.max(0, width - 2);
  const piece = Math.min(inside, 3);
  const road = inside - piece;
  const step = road === 0 ? 0 : Math.floor(elapsedMs / STEP_MS) % (2 * road);
  const before = step <= road ? step : 2 * road - step;
  if (!unicode) return inBrackets({ before, done: piece, inside });
  return {
    before: "░".repeat(before),
    filled: "█".repeat(piece),
    behind: "░".repeat(road - before),
  };
}

const STEP_MS = 100;

/** The bar of a chart: no track behind it, and never nothing for something. */
export function chartBar(fraction: number, { width, unicode }: BarOptions): string {
  const part = Math.min(1, Math.max(0, fraction || 0));
  if (!unicode) return "#".repeat(Math.ceil(part * width));
  return blocks(Math.ceil(part * width * 8));
}

function blocks(eighths: number): string {
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

interface Bracketed {
  readonly before: number;
  readonly done: number;
  readonly inside: number;
}

function inBrackets({ before, done, inside }: Bracketed): Bar {
  return {
    before: "[" + "-".repeat(before),
    filled: "#".repeat(done),
    behind: "-".repeat(inside - before - done) + "]",
  };
}
