/**
 * Values as a Dockerfile says them, so that none is read as anything but itself.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 */

/**
 * The build argument that stands for a line feed: instructions are lines, and quotes do not hold
 * what ends a line.
 */
export const LINE_FEED = "LF";

/** A value, or a name, of ENV and LABEL. */
export function quoteWord(text: string): string {
  return `"${text.replace(/["$\\]/g, "\\$&").replaceAll("\n", `\${${LINE_FEED}}`)}"`;
}

/** Whether the value cannot be said without {@linkcode LINE_FEED}. */
export function needsLineFeed(text: string): boolean {
  return text.includes("\n");
}

/** The arguments of ENTRYPOINT, CMD and RUN, which nothing is replaced in. */
export function quoteList(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(", ")}]`;
}

/** The arguments of ADD, COPY and VOLUME: first a list, and then each of them a word. */
export function quotePaths(paths: readonly string[]): string {
  return quoteList(paths.map((path) => path.replace(/["'$\\]/g, "\\$&")));
}

/** A text inside of a comment: on one line, and in quotes. */
export function quoteComment(text: string): string {
  return JSON.stringify(text);
}

/** A text as a comment: whatever it holds, the comment's end is its end. */
export function escapeLineFeeds(text: string): string {
  return text.replace(/\p{Cc}/gu, " ");
}
