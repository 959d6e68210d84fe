import { LINE_FEED } from "./quote.ts";

/** Says how a line feed comes into values. */
export function lineFeedComment(): readonly string[] {
  return [
    "#",
    "# Some values have line feeds in them, which no Dockerfile can say: give one to the builder, as",
    "#",
    `#     docker build --build-arg ${LINE_FEED}=$'\\n' --tag NAME .`,
  ];
}

/** Begins a stage on `image`: on none, which is an error, where the line feed was forgotten. */
export function fromWithLineFeed(image: string): string {
  return `FROM \${${LINE_FEED}:+${image}}`;
}

/** Before the first stage it is for FROM, and in a stage for its instructions. */
export const LINE_FEED_ARGUMENT = `ARG ${LINE_FEED}`;
