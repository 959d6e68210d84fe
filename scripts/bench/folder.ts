import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../tests/support/tools.ts";

/** The folder of everything that the benchmark keeps. */
export const BENCH_FOLDER = new URL("../../.cache/bench/", import.meta.url).pathname;

/** Of the builds that are measured. */
export const CACHE = join(BENCH_FOLDER, "cache");
export const LAYOUT = join(BENCH_FOLDER, "layout");

export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}

export async function remove(...paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { recursive: true, force: true });
}

/** A copy in the place of what was there. */
export async function copyTo(from: string, to: string): Promise<void> {
  await remove(to);
  await run("cp", ["--archive", "--reflink=auto", from, to]);
}

/** The same files under other names, in the place of what was there: they must be replaced, not changed. */
export async function linkTo(from: string, to: string): Promise<void> {
  await remove(to);
  await run("cp", ["--archive", "--link", from, to]);
}
