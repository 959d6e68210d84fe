import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "../../scripts/ship/bundle_program.ts";
import { PROGRAM_NAME } from "../../src/version.ts";
import { sourceCommit } from "../../scripts/ship/source_commit.ts";
import { makeOnce } from "./make_once.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What the bundle is made of and by. */
const SOURCES = ["deno.lock", "scripts/ship", "src"];

let bundled: Promise<string> | undefined;

/** The path of the program as one file, with what belongs to it beside it. Made once. */
export function bundledProgram(): Promise<string> {
  return bundled ??= bundle();
}

async function bundle(): Promise<string> {
  const texts = await Promise.all(SOURCES.map((path) => readAll(join(ROOT, path))));
  const folder = await makeOnce("bundle", {
    recipe: [Deno.version.deno, await sourceCommit(), ...texts].join("\n"),
    make: async (folder) => {
      await bundleProgram({ to: folder });
    },
  });
  return join(folder, `${PROGRAM_NAME}.js`);
}

/** All files of a folder, or one file, as text. */
async function readAll(path: string): Promise<string> {
  if ((await Deno.stat(path)).isFile) return await Deno.readTextFile(path);
  const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
  const texts = await Promise.all(names.map((name) => readAll(join(path, name))));
  return names.map((name, i) => `${name}\n${texts[i]}`).join("\n");
}
