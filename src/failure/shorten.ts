/** In characters. Paths that a system takes are shorter in all but the rarest cases. */
const LONGEST_WORD = 1000;
const KEPT = 60;
const LONG_WORD = new RegExp(`\\S{${LONGEST_WORD + 1},}`, "g");

/** Cuts words that nobody can read in their middle, such as a name that the system finds too long. */
export function shorten(text: string): string {
  return text.replace(LONG_WORD, (word) => `${word.slice(0, KEPT)}…${word.slice(-KEPT)}`);
}
