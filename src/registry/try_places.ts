import { Failure } from "../failure/mod.ts";
import type { Endpoint } from "./place.ts";

/** Options of {@linkcode firstThatAnswers}. */
export interface TryPlacesOptions {
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks one place after the other. When none has it, the error is that of the last, the registry
 * itself, with those of the mirrors in its details.
 */
export async function firstThatAnswers<Result>(
  places: readonly Endpoint[],
  { signal }: TryPlacesOptions,
  ask: (place: Endpoint) => Promise<Result>,
): Promise<Result> {
  const failures: Failure[] = [];
  for (const place of places) {
    try {
      return await ask(place);
    } catch (error) {
      if (signal?.aborted || !(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  const last = failures.pop()!;
  if (failures.length === 0) throw last;
  const hosts = places.slice(0, -1).map(({ host }) => host).join(", ");
  throw new Failure(last.id, `${last.message} (nor did the mirror ${hosts})`, {
    cause: last,
    details: [...last.details, ...failures.map(({ message }) => `mirror: ${message}`)],
  });
}
