import { spawn } from "node:child_process";
import process from "node:process";
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
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** After it the answer is taken for none, 30 s by default. */
  readonly limitMs?: number;
}

/** Nobody listens there: rcc goes on at once, where a silent network costs it ten seconds. */
const NO_VERSION_INDEX = { RCC_AUTOUPDATES_RCC_INDEX: "http://127.0.0.1:9/" };

/** What `rcc version` prints, `undefined` when it cannot be run or prints no version. */
export async function askRccVersion(
  path: string,
  { env, signal, limitMs = 30_000 }: AskRccVersionOptions,
): Promise<string | undefined> {
  signal?.throwIfAborted();
  const output = await firstWords(path, { env: { ...env, ...NO_VERSION_INDEX }, signal, limitMs });
  signal?.throwIfAborted();
  const line = output.split(/\s+/).find((word) => VERSION.test(word));
  return line === undefined ? undefined : parseRccVersion(line);
}

const MOST_CHARACTERS = 4096;

function firstWords(
  path: string,
  { env, signal, limitMs }: AskRccVersionOptions & { readonly limitMs: number },
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const hasGroups = process.platform !== "win32";
  const child = spawn(path, ["version"], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
    detached: hasGroups,
  });
  const giveUp = () => {
    resolve("");
    child.stdout.destroy();
    if (child.pid !== undefined) kill(hasGroups ? -child.pid : child.pid);
  };
  const timer = setTimeout(giveUp, limitMs);
  signal?.addEventListener("abort", giveUp);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (output.length > MOST_CHARACTERS) giveUp();
  });
  child.on("error", () => resolve(""));
  child.on("close", (code) => resolve(code === 0 ? output : ""));
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  });
}

function kill(target: number): void {
  try {
    process.kill(target, "SIGKILL");
  } catch {
    // Gone meanwhile.
  }
}
