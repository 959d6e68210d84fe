import { Failure } from "../failure/mod.ts";
import { isStartMode, type StartMode } from "../plan/mod.ts";

/** What commander makes of `--start` and of its other name for one of the modes. */
export interface StartArguments {
  readonly start?: string | undefined;
  readonly sealed?: boolean | undefined;
}

/** @throws {Failure} of kind "usage" */
export function parseStart({ start: given, sealed = false }: StartArguments): StartMode {
  const start = given ?? (sealed ? "sealed" : "checked");
  if (!isStartMode(start)) {
    throw new Failure(
      "usage/option",
      `failed to read --start "${start}": expected checked, trusted or sealed`,
    );
  }
  if (sealed && start !== "sealed") {
    throw new Failure(
      "usage/option",
      `failed to use --sealed with --start ${start}: an image starts in one way, leave one out`,
    );
  }
  return start;
}
