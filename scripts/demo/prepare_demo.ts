import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { blueprintText } from "../../src/holotree/mod.ts";
import { findRcc } from "../../src/rcc/mod.ts";
import { parseCondaFile } from "../../src/robot/mod.ts";
import { writeLibrary } from "../../tests/support/library_writer.ts";
import { standInElf } from "./stand_in_elf.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/hello", import.meta.url));
const GREETING = "Hello from a Holotree environment.\n";
const STAND_IN = "This is a stand-in for rcc, made by the demo. Give the real one by --rcc-exec.\n";

/** Puts what the demo needs into the folder. @returns The arguments of its build, but for names and outputs. */
export async function prepareDemo(folder: string): Promise<readonly string[]> {
  const hololib = await recordLibrary(folder);
  const rcc = await chooseRcc(folder);
  return [
    ...["build", "--robot", EXAMPLE, "--hololib", hololib, "--rcc-exec", rcc],
    ...["--base-image", "scratch"],
  ];
}

/** A library as rcc records it, made of the example's environment folder. */
async function recordLibrary(folder: string): Promise<string> {
  const environment = join(folder, "environment");
  await cp(join(EXAMPLE, "environment"), environment, { recursive: true });
  await writeProgram(join(environment, "bin", "hello"), GREETING);
  const conda = parseCondaFile(await readFile(join(EXAMPLE, "conda.yaml"), "utf8"), "conda.yaml");
  const to = join(folder, "hololib");
  const blueprint = blueprintText(conda);
  await writeLibrary({ from: environment, to, home: "/home/robot", blueprint, mode: "private" });
  return to;
}

/** The rcc of this machine where it has one that can go into an image. */
async function chooseRcc(folder: string): Promise<string> {
  try {
    return (await findRcc({ hostOs: process.platform, env: process.env })).path;
  } catch {
    const path = join(folder, "rcc");
    await writeProgram(path, STAND_IN);
    return path;
  }
}

/** A Linux program that prints a message, so that the image runs without a base. */
async function writeProgram(path: string, message: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, standInElf(message), { mode: 0o755 });
}
