import { formatBytes } from "../bytes/mod.ts";

export { formatBytes };

/** Bytes a second: `35.2 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** How many there are of something: `1 file`, `3 files`. */
export function formatCount(count: number, one: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${one}s`;
}

/** Milliseconds as people say them: `12 ms`, `0.3 s`, `42 s`, `12 min 5 s`, `3 h 7 min`. */
export function formatDuration(ms: number): string {
  if (!(ms >= 99.5)) return `${Math.max(0, Math.round(ms) || 0)} ms`;
  const exact = ms / 1000;
  if (exact < 9.95) return `${exact.toFixed(1)} s`;
  const seconds = Math.round(exact);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return inTwo(seconds, { unit: "min", each: 60, rest: "s" });
  return inTwo(Math.round(seconds / 60), { unit: "h", each: 60, rest: "min" });
}

interface UnitPair {
  readonly unit: string;
  /** How many of `rest` make one `unit`. */
  readonly each: number;
  readonly rest: string;
}

function inTwo(count: number, { unit, each, rest }: UnitPair): string {
  const whole = `${Math.floor(count / each)} ${unit}`;
  return count % each === 0 ? whole : `${whole} ${count % each} ${rest}`;
}

/** What a guess may claim: one unit, rounded up, nothing beyond a day. At most 11 columns. */
export function formatTimeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (!(seconds <= 86_400)) return "";
  if (seconds < 60) return `${Math.max(1, seconds)} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min left` : `${Math.ceil(minutes / 60)} h left`;
}
