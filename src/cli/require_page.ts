import { Failure } from "../failure/mod.ts";

/** What is to be said of an image in a page. */
export interface PageArguments {
  /** The file of the page. */
  readonly report?: string | undefined;
  /** The image that it compares with. */
  readonly compare?: string | undefined;
}

/** @throws {Failure} when there is no page in which to say what differs. */
export function requirePage({ report, compare }: PageArguments): void {
  if (compare === undefined || report !== undefined) return;
  const message = "failed to use --compare: it says what differs in a page, give --report";
  throw new Failure("usage/option", message);
}
