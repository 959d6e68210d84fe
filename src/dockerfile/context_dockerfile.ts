import { PROGRAM_NAME, VERSION } from "../version.ts";
import { configInstructions, holdsLineFeed, type PlannedConfig } from "./instructions.ts";
import { fromWithLineFeed, LINE_FEED_ARGUMENT, lineFeedComment } from "./line_feed.ts";
import { escapeLineFeeds, quoteComment, quotePaths } from "./quote.ts";

/** What a context holds. */
export interface ContextFacts {
  /** The robot's. */
  readonly name: string;
  /** Lowest first. */
  readonly layers: readonly ContextLayer[];
  readonly config: PlannedConfig;
}

/** A layer as a file of the context. */
export interface ContextLayer {
  /** The file's name: letters, digits, `-` and `.`. */
  readonly file: string;
  /** What is in it, for a comment. */
  readonly content: string;
}

/**
 * The Dockerfile of a context that has every layer as a file. ADD unpacks them with their owners,
 * modes, hard links and times, and nothing is taken from anywhere else: not even the base, of which
 * FROM would inherit what `build` leaves out.
 */
export function contextDockerfile({ name, layers, config }: ContextFacts): string {
  const lineFeed = holdsLineFeed(config);
  const lines = [
    `# Robot ${quoteComment(name)}, laid out by ${PROGRAM_NAME} ${VERSION}.`,
    "#",
    "# Everything is in this folder, and no network is needed:",
    "#",
    "#     docker build --tag NAME .",
    "#     buildah build --tag NAME .",
    ...(lineFeed ? lineFeedComment() : []),
    ...(lineFeed
      ? [LINE_FEED_ARGUMENT, fromWithLineFeed("scratch"), LINE_FEED_ARGUMENT]
      : ["FROM scratch"]),
    "",
    ...layers.flatMap(({ file, content }) => [
      `# ${escapeLineFeeds(content)}`,
      `ADD ${quotePaths([file, "/"])}`,
    ]),
    "",
    ...configInstructions(config),
  ];
  return lines.join("\n") + "\n";
}
