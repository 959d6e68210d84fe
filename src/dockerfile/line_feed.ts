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

/** Begins a stage on `image` that knows the line feed, and none where it was forgotten. */
export function lineFeedArgument(image: string): readonly string[] {
  return [
    `ARG ${LINE_FEED}`,
    `FROM \${${LINE_FEED}:+${image}}`,
    `ARG ${LINE_FEED}`,
  ];
}
