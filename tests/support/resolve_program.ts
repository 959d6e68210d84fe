/**
 * Resolves the environment of a robot as a process of its own, and ends at once, as a program does
 * that is told to end twice, when rcc hangs: `resolve_program.ts <rcc> <robot's folder>`.
 */
import process from "node:process";
import { resolveEnvironment } from "../../src/rcc/mod.ts";
import { readRobot } from "../../src/robot/mod.ts";

const [rccExec = "", folder = ""] = process.argv.slice(2);
await resolveEnvironment({
  rccExec,
  robot: await readRobot(folder),
  env: process.env,
  hostOs: "linux",
  hostArch: "x64",
  onLine(line) {
    if (!line.startsWith("hanging")) return;
    Deno.stdout.writeSync(new TextEncoder().encode(line));
    process.exit(130);
  },
});
