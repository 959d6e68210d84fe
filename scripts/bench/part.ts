import type { BenchLibrary } from "./libraries.ts";
import type { LibraryName } from "./library_sources.ts";
import type { OwnProgram } from "./own_build.ts";
import type { PeerName } from "./peers.ts";

/** What parts of the benchmark are given. */
export interface PartContext {
  readonly program: OwnProgram;
  readonly libraries: readonly BenchLibrary[];
  readonly peers: readonly PeerName[];
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

/** What was found of each library that is here. */
export type ByLibrary<Found> = Readonly<Partial<Record<LibraryName, Found>>>;

/** Does the same with each library. */
export async function eachLibrary<Found>(
  { libraries }: PartContext,
  run: (library: BenchLibrary) => Promise<Found>,
): Promise<ByLibrary<Found>> {
  const found: Partial<Record<LibraryName, Found>> = {};
  for (const library of libraries) found[library.name] = await run(library);
  return found;
}

/** For what the huge library says no more about, but takes long. */
export function withoutHuge(context: PartContext): PartContext {
  return { ...context, libraries: context.libraries.filter(({ name }) => name !== "huge") };
}

/** As pairs, in the order in which the libraries were tried. */
export function pairs<Found>(found: ByLibrary<Found>): readonly (readonly [LibraryName, Found])[] {
  return Object.entries(found) as [LibraryName, Found][];
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
  if (!Number.isFinite(value)) return "?";
  return `${(value / 1e6).toFixed(value < 10e6 ? 1 : 0)} MB`;
}

/** With its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

export function ratio(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(value < 10 ? 2 : 0)}` : "?";
}

export function verdict(isReached: boolean): string {
  return isReached ? "reached" : "**not reached**";
}

/** A row of what was to be reached, and whether it was. */
export function goal(
  what: string,
  { found, asked, isReached }: {
    readonly found: string;
    readonly asked: string;
    /** Nothing when it was not measured. */
    readonly isReached: boolean | undefined;
  },
): readonly string[] {
  return [what, found, asked, isReached === undefined ? "not measured" : verdict(isReached)];
}

/** A goal that is reached from below. */
export function atMost(
  what: string,
  { found, limit, format }: {
    readonly found: number | undefined;
    readonly limit: number;
    readonly format: (value: number) => string;
  },
): readonly string[] {
  return goal(what, {
    found: found === undefined ? "?" : format(found),
    asked: `at most ${format(limit)}`,
    isReached: found === undefined ? undefined : found <= limit,
  });
}

/** A goal that is reached from above. */
export function atLeast(
  what: string,
  { found, limit }: { readonly found: number | undefined; readonly limit: number },
): readonly string[] {
  return goal(what, {
    found: found === undefined ? "?" : ratio(found),
    asked: `at least ${limit}`,
    isReached: found === undefined ? undefined : found >= limit,
  });
}

export const GOALS = ["goal", "found", "asked for", ""] as const;
