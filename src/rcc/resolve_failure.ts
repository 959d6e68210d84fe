import { Failure } from "../failure/mod.ts";
import type { RccEnd } from "./run_rcc.ts";

/** Options of {@linkcode resolveFailure}. */
export interface ResolveFailureOptions {
  /** The environment file, as messages call it. */
  readonly fileName: string;
  /** What rcc said last, without secrets. */
  readonly lines: readonly string[];
}

const BLOCKED = /blocked by settings|'no-build' setting/;
const QUOTED_LINES = 3;
const LONGEST_QUOTED = 300;

/** Says how rcc ended, with its last words. */
export function resolveFailure(
  { code, signal }: RccEnd,
  { fileName, lines }: ResolveFailureOptions,
): Failure {
  const how = code === null ? `rcc was ended by ${signal}` : `rcc ended with exit code ${code}`;
  const quoted = lines.slice(-QUOTED_LINES).map((line) => line.slice(0, LONGEST_QUOTED).trim());
  const words = quoted.length === 0
    ? "it said nothing"
    : `its last lines: ${JSON.stringify(quoted.join(" / "))}`;
  const cure = lines.some((line) => BLOCKED.test(line))
    ? "unset RCC_NO_BUILD, or allow it to build in its settings.yaml"
    : signal === "SIGKILL"
    ? "check that there is enough memory"
    : "run again with -v to see all of it";
  return new Failure(
    "environment/resolve",
    `failed to resolve the environment of "${fileName}": ${how}, ${words}, ${cure}`,
    { details: lines.map((line) => `rcc: ${line}`) },
  );
}
