/** The program of src/init/init.c as a module of TypeScript. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeOnce } from "../../tests/support/make_once.ts";
import { temporaryFolder } from "../../tests/support/temporary_folder.ts";
import type { GeneratedFile } from "../wasm/codec_module.ts";
import { outputOf } from "../ship/run_command.ts";

/**
 * The same compiler makes the same bytes everywhere. It is a package of PyPI, which holds all of it:
 * the hash is that of the file for Linux, amd64.
 */
const COMPILER = "ziglang==0.13.0 " +
  "--hash=sha256:3ce0c9f16547e5d61b32e0d226926e9a2552ef4b91fccf7ab5ea1a623a77824b";
const OPTIONS = [
  ...["-target", "x86_64-freestanding-none", "-std=c11", "-Os", "-s", "-static", "-nostdlib"],
  ...["-ffreestanding", "-fno-stack-protector", "-fno-sanitize=all", "-Wall", "-Wextra", "-Werror"],
];
const SOURCE = pathOf("src/init/init.c");
const LINE_CHARACTERS = 96;

/** Compiles it anew. The compiler is fetched from PyPI once. */
export async function initModule(): Promise<GeneratedFile> {
  await using folder = await temporaryFolder();
  const program = join(folder.path, "rcc-init");
  const env = { ZIG_GLOBAL_CACHE_DIR: join(folder.path, "cache") };
  const zig = join(await compiler(), "ziglang", "zig");
  await outputOf([zig, "cc", ...OPTIONS, "-o", program, SOURCE], { cwd: folder.path, env });
  const text = (await readFile(program)).toString("base64");
  const lines = text.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g"))!;
  return {
    path: pathOf("src/init/init_module.ts"),
    text: [
      "/** The program of init.c, made of it by `deno task init`, as base64. */",
      "export const INIT_MODULE = `",
      ...lines,
      "`;",
      "",
    ].join("\n"),
  };
}

/** The folder that it was installed into. */
async function compiler(): Promise<string> {
  return await makeOnce("init-compiler", {
    recipe: COMPILER,
    make: async (folder) => {
      const wanted = join(folder, "wanted.txt");
      await Deno.writeTextFile(wanted, `${COMPILER}\n`);
      const pip = ["python3", "-m", "pip", "install"] as const;
      const how = ["--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes"];
      await outputOf([...pip, ...how, "--target", folder, "--requirement", wanted]);
    },
  });
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}
