/**
 * `deno task compile [--target linux-x86_64]...`: executables of the bundle, in archives with their
 * checksums, in `dist`. Where the runtime for a target cannot be downloaded, the others are made.
 * With `--bundle dist` it takes the bundle that is there.
 */
import { mkdir } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { bundleIn, bundleProgram } from "./ship/bundle_program.ts";
import { writeChecksums } from "./ship/checksums.ts";
import { compileTarget } from "./ship/compile_target.ts";
import { DIST } from "./ship/project.ts";
import { complain, say, sayFiles } from "./ship/say.ts";
import { chooseTargets } from "./ship/targets.ts";

const { values } = parseArgs({
  options: {
    target: { type: "string", multiple: true, default: [] },
    bundle: { type: "string" },
    to: { type: "string", default: DIST },
  },
});
const { target: names, bundle: folder, to } = values;
const targets = chooseTargets(names);
const bundle = folder === undefined ? await bundleProgram({ to }) : bundleIn(folder);
await mkdir(to, { recursive: true });
const failures: string[] = [];
for (const target of targets) {
  try {
    const { archivePath, embedded, isChecked } = await compileTarget(target, bundle, { to });
    say(`${target.name}: ${isChecked ? "made, and works here" : "made, to be run on its system"}`);
    for (const line of embedded) say(`          ${line}`);
    await sayFiles([archivePath]);
  } catch (error) {
    failures.push((error as Error).message);
  }
}
await sayFiles([await writeChecksums(to)]);
for (const failure of failures) complain(`Error: ${failure}`);
process.exit(failures.length === 0 ? 0 : 1);
