/**
 * Stands in for rcc where it resolves environments. It is called as rcc is (`rcc version`,
 * `rcc holotree variables …`), takes rcc's lock, and writes a library that rcc could have written;
 * nothing is downloaded. What it shall do beside that is told by variables, see `standin_resolver.ts`.
 */
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { withFileLock } from "../../../src/files/mod.ts";
import {
  blueprintHash,
  blueprintText,
  openLibrary,
  robocorpHome,
} from "../../../src/holotree/mod.ts";
import { parseCondaFile } from "../../../src/robot/mod.ts";
import { stagePath, writeLibrary } from "../library_writer.ts";

const ENVIRONMENT_FAILURE = 6;
const env = process.env;

/** What pip says of a version that does not exist, and rcc after it. */
const PIP_FAILURE = [
  "ERROR: Could not find a version that satisfies the requirement tinypkg==9.9",
  "ERROR: No matching distribution found for tinypkg==9.9",
  "\x1b[91mFatal [Pip [1/1]]: exit status 1\x1b[0m",
  ...Array.from({ length: 30 }, (_, i) => `a line of the trailer: ${i}`),
  "Error: see details above",
];

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  await record(args);
  if (args[0] === "version") {
    print(env.STANDIN_VERSION ?? "v18.18.1");
  } else if (args[0] === "holotree" && args[1] === "variables") {
    await variables(args.slice(2));
  } else {
    say(`unknown command: ${args.join(" ")}`);
    process.exitCode = 1;
  }
}

async function variables(args: readonly string[]): Promise<void> {
  const file = args.find((arg) => !arg.startsWith("-") && arg !== spaceOf(args));
  if (file === undefined || !args.includes("--json")) throw new Error("expected --json and a file");
  const home = robocorpHome({ env, hostOs: "linux" });
  const blueprint = blueprintText(parseCondaFile(await readFile(file, "utf8"), basename(file)));
  say("\x1b[92mFresh [private mode] holotree environment stand-in.\x1b[0m");
  for (const name of listed(env.STANDIN_SAY)) say(`  using ${name}=${env[name]}`);
  await mkdir(join(home, "holotree"), { recursive: true });
  await withRccLock(home, () => build(home, blueprint, args.includes("--force")));
  print(JSON.stringify([
    { key: "RCC_ENVIRONMENT_HASH", value: blueprintHash(blueprint) },
    { key: "CONDA_PREFIX", value: join(home, "holotree", "standin") },
  ]));
}

function spaceOf(args: readonly string[]): string | undefined {
  const at = args.indexOf("--space");
  return at < 0 ? undefined : args[at + 1];
}

/** As rcc does, which says after a while that it waits. */
async function withRccLock(home: string, work: () => Promise<void>): Promise<void> {
  const onWait = () =>
    say("\x1b[33mWarning: #1: Serialized environment creation [holotree lock] (rcc lock wait)");
  await withFileLock(join(home, "holotree", "global.lck"), work, { onWait });
}

async function build(home: string, blueprint: string, isForced: boolean): Promise<void> {
  const hololib = join(home, "hololib");
  if (!isForced && await hasCatalog(hololib, blueprintHash(blueprint))) {
    say("Restore space from library");
    return;
  }
  say("Running micromamba phase.\rdownloading  10%\rdownloading 100%");
  await writeFile(join(home, "standin-began"), blueprint);
  await setTimeout(Number(env.STANDIN_DELAY_MS ?? 0));
  switch (env.STANDIN_RESOLVE) {
    case "fail":
      say('\x1b[31mError: package "nosuch" was not found in any channel\x1b[0m');
      process.exit(ENVIRONMENT_FAILURE);
      break;
    case "pip":
      for (const line of PIP_FAILURE) say(line);
      process.exit(ENVIRONMENT_FAILURE);
      break;
    case "crash":
      process.kill(process.pid, "SIGKILL");
      break;
    case "hang":
      await hang([]);
      break;
    case "stubborn":
      process.on("SIGTERM", () => say("ignored"));
      await writeFile(join(home, "standin-stubborn"), "");
      await hang(["trap '' TERM;"]);
      break;
  }
  await writeEnvironment(home, blueprint);
}

async function hasCatalog(hololib: string, hash: string): Promise<boolean> {
  const library = await openLibrary(hololib).catch(() => undefined);
  return (await library?.catalogs())?.some((catalog) => catalog.hash === hash) ?? false;
}

/** With a child that hangs too, as micromamba and pip would be. */
async function hang(setting: readonly string[]): Promise<never> {
  const script = [...setting, "while :; do sleep 1; done"].join(" ");
  const child = new Deno.Command("sh", { args: ["-c", script], stdin: "null" }).spawn();
  say(`hanging with child ${child.pid}`);
  await child.status;
  // A signal for the group reaches the child first.
  for (;;) await setTimeout(1000);
}

async function writeEnvironment(home: string, blueprint: string): Promise<void> {
  const userHome = dirname(home);
  const from = await mkdtemp(join(tmpdir(), "standin-stage-"));
  const to = `${join(home, "hololib")}.new`;
  const stage = stagePath({ home: userHome, mode: "private" });
  const files: Readonly<Record<string, string>> = {
    "bin/where": `#!/bin/sh\necho ${stage}/bin\n`,
    "conda-meta/tinyenv-1.0-0.json": JSON.stringify({ name: "tinyenv", version: "1.0" }),
    "conda-meta/history": "",
    "lib/data.txt": "data\n".repeat(5000),
    "rcc_plan.log": listed(env.STANDIN_PLAN).map((name) => `--index-url ${env[name]}\n`).join("") +
      "---  installation plan complete  ---\n",
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(from, dirname(path)), { recursive: true });
    const mode = path.startsWith("bin/") ? 0o755 : 0o644;
    await writeFile(join(from, path), content, { mode });
  }
  await writeLibrary({ from, to, home: userHome, blueprint, mode: "private" });
  await moveInto(to, join(home, "hololib"));
  await rm(from, { recursive: true });
}

/** The catalog last, so that nobody sees one whose blobs are not there yet. */
async function moveInto(from: string, to: string): Promise<void> {
  for (const folder of ["library", "pids", "used", "catalog"]) {
    await copyFolder(join(from, folder), join(to, folder));
  }
  await rm(from, { recursive: true });
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await rename(join(from, name), join(to, name));
  }
}

async function record(args: readonly string[]): Promise<void> {
  if (env.STANDIN_RECORD === undefined) return;
  const call = { args, cwd: process.cwd(), pid: process.pid, env: { ...env } };
  await writeFile(join(env.STANDIN_RECORD, `${process.pid}.json`), JSON.stringify(call));
}

function listed(names: string | undefined): readonly string[] {
  return (names ?? "").split(",").filter((name) => name !== "");
}

function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** What a program is to read. */
function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
