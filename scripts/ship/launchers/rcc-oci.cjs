#!/usr/bin/env node
// Starts rcc-oci by the deno of the npm package "deno".
"use strict";
const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { join } = require("node:path");
const process = require("node:process");
const { runInstall } = require("deno/install_api.cjs");

const deno = runInstall(); // Where it lies; it is put there first where install scripts are not run.
const child = spawn(deno, [
  ...["run", "--no-config", "--no-lock", "--no-remote", "--no-npm"],
  ...["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-net", "--allow-run"],
  ...["--no-prompt", "--v8-flags=--max-semi-space-size=1"],
  join(__dirname, "rcc-oci.js"),
  ...process.argv.slice(2),
], { stdio: "inherit" });

// A terminal interrupts the child itself, and a second interrupt would make it give up at once.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));

child.on("error", (error) => {
  process.stderr.write(`Error: failed to start deno "${deno}": ${error.message}\n`);
  process.exitCode = 1;
});
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? code : 128 + constants.signals[signal];
});
