/** The WebAssembly of src/wasm/assembly as a module of TypeScript. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../tests/support/temporary_folder.ts";
import { MEMORY_PAGES } from "../../src/wasm/codec.ts";
import { outputOf } from "../ship/run_command.ts";

/** The same compiler makes the same bytes everywhere. */
const COMPILER = "npm:assemblyscript@0.28.20/asc";
const PAGES = String(MEMORY_PAGES);
const OPTIONS = [
  ...[
    "-O3",
    "--converge",
    "--noAssert",
    "--runtime",
    "stub",
    "--enable",
    "simd",
    "--enable",
    "threads",
  ],
  ...["--importMemory", "--sharedMemory", "--initialMemory", PAGES, "--maximumMemory", PAGES],
  "--zeroFilledMemory",
];
const ENTRY = pathOf("src/wasm/assembly/mod.ts");
const LINE_CHARACTERS = 96;

/** A file, and what is to stand in it. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** Compiles it anew. The compiler is fetched from npm when Deno has not yet cached it. */
export async function codecModule(): Promise<GeneratedFile> {
  await using folder = await temporaryFolder();
  const wasm = `${folder.path}/module.wasm`;
  const deno = [Deno.execPath(), "run", "-A", "--no-config", "--no-lock"] as const;
  await outputOf([...deno, "--node-modules-dir=none", COMPILER, ENTRY, "-o", wasm, ...OPTIONS]);
  const text = (await readFile(wasm)).toString("base64");
  const lines = text.match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g"))!;
  return {
    path: pathOf("src/wasm/codec_module.ts"),
    text: [
      "/** WebAssembly of assembly/mod.ts, compiled by `deno task wasm`, as base64. */",
      "export const CODEC_MODULE = `",
      ...lines,
      "`;",
      "",
    ].join("\n"),
  };
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}
