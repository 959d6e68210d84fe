import { ChildError, type ChildVariables, runChild } from "../children/mod.ts";
import { Failure } from "../failure/mod.ts";

/** Digits and dots, and what a release candidate has behind them; no path, no address. */
const VERSION = /^v?([0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.]+)?)$/;

/** The version without its `v`. @throws {Failure} when the text is none. */
export function parseRccVersion(text: string, option = "--rcc-version"): string {
  const version = VERSION.exec(text.trim())?.[1];
  if (version !== undefined) return version;
  throw new Failure(
    "usage/option",
    `failed to read ${option} ${JSON.stringify(text)}: expected a version such as 18.18.1`,
  );
}

/** Options of {@linkcode askRccVersion}. */
export interface AskRccVersionOptions {
  readonly env: ChildVariables;
  readonly signal?: AbortSignal | undefined;
  /** After it the answer is taken for none, 30 s by default. */
  readonly limitMs?: number;
}

const MOST_CHARACTERS = 4096;

/** Nobody listens there: rcc goes on at once, where a silent network costs it ten seconds. */
const NO_VERSION_INDEX = { RCC_AUTOUPDATES_RCC_INDEX: "http://127.0.0.1:9/" };

/** What `rcc version` prints, `undefined` when it cannot be run or prints no version. */
export async function askRccVersion(
  path: string,
  { env, signal, limitMs = 30_000 }: AskRccVersionOptions,
): Promise<string | undefined> {
  try {
    const { code, stdout } = await runChild(path, ["version"], {
      env: { ...env, ...NO_VERSION_INDEX },
      mostOutput: MOST_CHARACTERS,
      limitMs,
      isAlone: true,
      signal,
    });
    const word = code === 0 ? stdout.split(/\s+/).find((word) => VERSION.test(word)) : undefined;
    return word === undefined ? undefined : parseRccVersion(word);
  } catch (error) {
    if (error instanceof ChildError) return undefined;
    throw error;
  }
}
