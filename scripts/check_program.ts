/** Checks a shipped program on the system it is for: `scripts/check_program.ts path/to/rcc-oci`. */
import process from "node:process";
import { checkProgram } from "./ship/check_program.ts";
import { complain, say } from "./ship/say.ts";

const [program, ...args] = process.argv.slice(2);
if (program === undefined) throw new RangeError("failed to check a program: name one");
try {
  await checkProgram([program, ...args]);
  say(`"${program}" is ours, and builds the demo`);
} catch (error) {
  complain(`Error: ${(error as Error).message}`);
  process.exitCode = 1;
}
