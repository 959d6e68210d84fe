import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeOnce } from "./make_once.ts";
import { findCommand, run } from "./tools.ts";

const SOURCES = fileURLToPath(new URL("../standin/", import.meta.url));
const FLAGS = ["-std=gnu11", "-O2", "-static", "-s", "-Wall", "-Wextra", "-Werror"];

/**
 * The path of a static ELF that stands in for rcc in images (see tests/standin/standin.h): it runs
 * robots, and refuses an environment that rcc would not take as it is. Built once, with musl where
 * it is there. Needs the tool `cc`.
 *
 * What it listens to, as variables of a container:
 * - `RCC_STANDIN_DEEP=1` compares every blob and every file of the space by its content too;
 * - `RCC_STANDIN_RESTORE=1` restores what is missing or wrong, as rcc does, instead of exit code 4.
 */
export async function standinRcc(): Promise<string> {
  const names = [...Deno.readDirSync(SOURCES)].map(({ name }) => name)
    .filter((name) => /\.[ch]$/.test(name)).sort();
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(join(SOURCES, name))));
  const compiler = findCommand("musl-gcc") ?? "gcc";
  const folder = await makeOnce("standin", {
    recipe: [compiler, ...FLAGS, ...texts].join("\n"),
    make: async (folder) => {
      const sources = names.filter((name) => name.endsWith(".c"));
      await run(compiler, [...FLAGS, "-o", join(folder, "rcc"), ...sources], { cwd: SOURCES });
    },
  });
  return join(folder, "rcc");
}
