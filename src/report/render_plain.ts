import { formatBytes, formatDuration, formatRate, formatTimeLeft } from "./format.ts";
import { printable } from "./printable.ts";
import {
  fractionOf,
  percentOf,
  type PhaseProgress,
  type TaskProgress,
  timeLeft,
} from "./progress.ts";

/** Where a phase is, as one line that stays: `Pulling (base): 45.6 MB of 120 MB, 38%, …`. */
export function renderPlain(phase: PhaseProgress): string {
  const title = printable(phase.title);
  if (phase.tasks.length === 0) return `${title}: ${formatDuration(phase.elapsedMs)} so far`;
  const whole = wholeOf(phase);
  const fraction = fractionOf(whole);
  const left = timeLeft(whole);
  const facts = [
    formatBytes(whole.done) + (whole.total === undefined ? "" : ` of ${formatBytes(whole.total)}`),
    fraction === undefined ? "" : percentOf(fraction),
    whole.rate > 0 ? formatRate(whole.rate) : "",
    left === undefined ? "" : formatTimeLeft(left),
  ];
  return `${title} (${whole.label}): ${facts.filter((fact) => fact !== "").join(", ")}`;
}

/** All tasks of a phase as one, with those that are over. */
function wholeOf({ tasks, ended, elapsedMs }: PhaseProgress): TaskProgress {
  const count = ended.tasks + tasks.length;
  const known = tasks.every(({ total }) => total !== undefined);
  return {
    label: count === 1 ? printable(tasks[0]!.label) : `${ended.tasks} of ${count} done`,
    done: ended.bytes + sum(tasks.map(({ done }) => done)),
    ...(known ? { total: ended.bytes + sum(tasks.map(({ total = 0 }) => total)) } : {}),
    rate: sum(tasks.map(({ rate }) => rate)),
    elapsedMs,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
