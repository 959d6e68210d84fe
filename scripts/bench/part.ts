import type { OwnProgram } from "./own_build.ts";

/** What parts of the benchmark are given. */
export interface PartContext {
  readonly program: OwnProgram;
  /** How often each thing is run; the middle one counts. */
  readonly rounds: number;
  /** Says what is being done. */
  readonly say: (text: string) => void;
}

/** One table of docs/performance.md. The result is kept as JSON, so that each can be run alone. */
export interface Part<Result = unknown> {
  readonly name: string;
  run(context: PartContext): Promise<Result>;
  /** As Markdown. */
  render(result: Result): string;
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function seconds(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(value < 1 ? 2 : 1)} s` : "?";
}

export function megabytes(value: number): string {
  return Number.isFinite(value) ? `${(value / 1e6).toFixed(0)} MB` : "?";
}

export function ratio(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(value < 10 ? 2 : 0)}` : "?";
}

/** What was to be reached, and whether it was. */
export function verdict(isReached: boolean): string {
  return isReached ? "reached" : "**not reached**";
}
