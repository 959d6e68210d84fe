import process from "node:process";
import { systemSinks } from "../../src/report/mod.ts";

/** Writes two million bytes in lines, and exits at once. */
const { stdout, stderr } = systemSinks();
for (let line = 0; line < 20_000; line++) stdout.write(`${line}`.padEnd(99, ".") + "\n");
stderr.write("done\n");
process.exit(0);
