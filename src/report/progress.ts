/** What one task has done by now. */
export interface TaskProgress {
  readonly label: string;
  /** Bytes. */
  readonly done: number;
  /** Bytes, absent while nobody knows. */
  readonly total?: number;
  /** Bytes a second. */
  readonly rate: number;
  readonly elapsedMs: number;
}

/** What one phase has done by now. */
export interface PhaseProgress {
  readonly title: string;
  readonly elapsedMs: number;
  /** The tasks that run. */
  readonly tasks: readonly TaskProgress[];
  /** The tasks that are over, and how many bytes they had. */
  readonly ended: { readonly tasks: number; readonly bytes: number };
}

/** The share that is done, `undefined` when the total is not known. Never 1 before the end. */
export function fractionOf({ done, total }: TaskProgress): number | undefined {
  if (total === undefined) return undefined;
  return total <= 0 ? 1 : Math.min(1, Math.max(0, done / total || 0));
}

/** In whole steps, rounded down, as 100 % means that nothing is left. */
export function percentOf(fraction: number): string {
  return `${Math.floor(fraction * 100)}%`;
}

/** How long the rest takes at this rate in ms, `undefined` when nobody can say. */
export function timeLeft({ done, total, rate }: TaskProgress): number | undefined {
  if (total === undefined || rate <= 0 || done >= total) return undefined;
  return (total - done) / rate * 1000;
}
