import { printable } from "./printable.ts";

/** What a part of a line is, which is told by a colour where there are colours. */
export type Tone = "good" | "bad" | "warning" | "bar" | "faint" | "strong";

/** A part of a line. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** A line before it is bytes: no escape, no break. */
export type Line = readonly (string | Span)[];

/** What stands in a line, without its tones. */
export function lineText(line: Line): string {
  return line.map((part) => typeof part === "string" ? part : part.text).join("");
}

/** Options of {@linkcode encodeLine}. */
export interface EncodeOptions {
  readonly color: boolean;
  /** Whether a job of GitHub reads the line, which obeys some texts at the start of a line. */
  readonly github: boolean;
}

/**
 * The text to write, without its end of line. The one place where escapes are made: everything that
 * stands in the line is cleaned here, so that nothing from outside becomes one.
 */
export function encodeLine(line: Line, { color, github }: EncodeOptions): string {
  const clean = line.map((part) =>
    typeof part === "string"
      ? { text: printable(part) }
      : { text: printable(part.text), tone: part.tone }
  );
  if (github) return disarmed(clean.map(({ text }) => text).join(""));
  return clean.map(({ text, tone }) => color && tone ? paint(text, tone) : text).join("");
}

/** https://www.man7.org/linux/man-pages/man4/console_codes.4.html "ECMA-48 Set Graphics Rendition" */
const CODES = {
  good: 32,
  bad: 31,
  warning: 33,
  bar: 36,
  faint: 2,
  strong: 1,
} as const satisfies Record<Tone, number>;

function paint(text: string, tone: Tone): string {
  return text === "" ? "" : `\x1b[${CODES[tone]}m${text}\x1b[0m`;
}

/**
 * A line that is no workflow command: these are read where a line starts with `::`, the old ones
 * wherever `##[` stands.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
function disarmed(text: string): string {
  return text.replace(/^\s*:(?=:)/, "$& ").replaceAll("##[", "## [");
}
