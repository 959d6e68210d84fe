import { Failure } from "../failure/mod.ts";
import type { RccEnd } from "./run_rcc.ts";

/** Options of {@linkcode resolveFailure}. */
export interface ResolveFailureOptions {
  /** The environment file, as messages call it. */
  readonly fileName: string;
  /** What rcc said last, without secrets. */
  readonly lines: readonly string[];
  /** What of it says why. */
  readonly telling: readonly string[];
}

const BLOCKED = /blocked by settings|'no-build' setting/;
const QUOTED_LINES = 3;
const LONGEST_QUOTED = 300;

/** Says how rcc ended, with the words that say why, or its last ones. */
export function resolveFailure(
  { code, signal }: RccEnd,
  { fileName, lines, telling }: ResolveFailureOptions,
): Failure {
  const how = code === null ? `rcc was ended by ${signal}` : `rcc ended with exit code ${code}`;
  const chosen = telling.length > 0 ? telling : lines.slice(-QUOTED_LINES);
  const quoted = chosen.map((line) => line.slice(0, LONGEST_QUOTED).trim());
  const what = telling.length > 0 ? "it said" : "its last lines";
  const words = quoted.length === 0
    ? "it said nothing"
    : `${what}: ${JSON.stringify(quoted.join(" / "))}`;
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
