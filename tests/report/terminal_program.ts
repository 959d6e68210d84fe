import process from "node:process";
import { createReporter, systemSinks, systemStdin } from "../../src/report/mod.ts";

/** A build that stands still: it goes on when a person answers, so that a test can look meanwhile. */
const stdin = systemStdin();
using reporter = createReporter({
  ...systemSinks(),
  stdin,
  mode: "normal",
  verbose: false,
  progress: "auto",
  env: process.env,
  now: () => 0,
});
await reporter.phase("Validating robot", () => Promise.resolve());
await reporter.phase("Pulling", async (phase) => {
  using base = phase.task("base", 40e6);
  using robot = phase.task("robot", 10e6);
  base.add(10e6);
  robot.add(5e6);
  await stdin.readLine();
  reporter.warn("half done");
  await stdin.readLine();
});
reporter.print(`answer: ${await reporter.confirm("Again?")}`);
