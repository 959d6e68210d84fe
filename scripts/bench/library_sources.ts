/** Where the real libraries come from. */
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parse } from "yaml";
import { largeFixturePath } from "../../tests/support/fixtures.ts";
import { realLibrary } from "../../tests/support/real_library.ts";
import { hasTool, run } from "../../tests/support/tools.ts";
import { BENCH_FOLDER, exists } from "./folder.ts";

export const LIBRARY_NAMES = ["medium", "large", "huge"] as const;
export type LibraryName = typeof LIBRARY_NAMES[number];

/** A catalog of a library's folder. */
interface LibraryPart {
  readonly hololib: string;
  readonly hash: string;
}

export interface LibrarySource {
  /** The environment that is packed first; more where the one with a raised package lies elsewhere. */
  readonly parts: readonly LibraryPart[];
  readonly raised?: string;
}

/**
 * The library that `RCC_OCI_BENCH_<NAME>=<folder>:<hash>[:<hash of one with a raised package>]` names,
 * else the medium one of the fixtures, and the large one made of packages of PyPI.
 */
export async function findLibrary(name: LibraryName): Promise<LibrarySource | undefined> {
  const variable = `RCC_OCI_BENCH_${name.toUpperCase()}`;
  const value = process.env[variable];
  if (value !== undefined && value !== "") return named(variable, value);
  if (name === "medium") return await mediumLibrary();
  if (name === "large") return await largeLibrary();
  return undefined;
}

function named(variable: string, value: string): LibrarySource {
  const [, hololib, hash, raised] = /^(.+?):([0-9a-f]+)(?::([0-9a-f]+))?$/.exec(value) ?? [];
  if (hololib === undefined || hash === undefined) {
    throw new Error(`expected ${variable}=<folder>:<hash>[:<hash>], found "${value}"`);
  }
  return { parts: [{ hololib, hash }], ...(raised === undefined ? {} : { raised }) };
}

async function mediumLibrary(): Promise<LibrarySource | undefined> {
  const tar = largeFixturePath("real", "medium-hololib.tar");
  if (tar === undefined) return undefined;
  const folder = join(BENCH_FOLDER, "medium-fixture");
  if (!await exists(folder)) {
    const unfinished = `${folder}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await run("tar", ["--extract", "--file", tar, "--directory", unfinished]);
    await rename(unfinished, folder);
  }
  const [hash, raised] = ["e30b98f5330f29b2", "1a124279ca3f8887"] as const;
  return { parts: [{ hololib: join(folder, "hololib"), hash }], raised };
}

const RAISED = { from: "openpyxl==3.1.4", to: "openpyxl==3.1.5" };

/** Made for minutes, and needs an index of packages. */
async function largeLibrary(): Promise<LibrarySource | undefined> {
  const file = largeFixturePath("real", "large", "conda.yaml");
  if (file === undefined || !hasTool("pip")) return undefined;
  const { dependencies } = parse(await readFile(file, "utf8"));
  const requirements: readonly string[] =
    dependencies.find((part: unknown) => typeof part === "object").pip;
  const raised = requirements.map((line) => line === RAISED.from ? RAISED.to : line);
  const options = { withDependencies: true };
  const parts = [
    await realLibrary(requirements, options),
    await realLibrary(raised, options),
  ];
  return { parts, raised: parts[1]!.hash };
}
