/**
 * `deno task package`: the portable packages for Linux and the package for npm, with their
 * checksums, in `dist`, or only those that are named: `npm`, `linux-x86_64`, `linux-aarch64`. Where
 * deno for a target cannot be downloaded, the others are made. With `--bundle dist` it takes the
 * bundle that is there.
 */
import { mkdir } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { bundleIn, bundleProgram } from "./ship/bundle_program.ts";
import { writeChecksums } from "./ship/checksums.ts";
import { denoOfNpm } from "./ship/deno_of_npm.ts";
import { packForNpm } from "./ship/npm_package.ts";
import { packPortable } from "./ship/portable_package.ts";
import { DIST } from "./ship/project.ts";
import { complain, sayFiles } from "./ship/say.ts";
import { chooseTargets } from "./ship/targets.ts";

const { values: { bundle: folder, to }, positionals } = parseArgs({
  allowPositionals: true,
  options: { bundle: { type: "string" }, to: { type: "string", default: DIST } },
});
const bundle = folder === undefined ? await bundleProgram({ to }) : bundleIn(folder);
await mkdir(to, { recursive: true });
let code = 0;
for (
  const name of positionals.length > 0 ? positionals : ["npm", "linux-x86_64", "linux-aarch64"]
) {
  await make(() => name === "npm" ? packForNpm(bundle, { to }) : packForTarget(name));
}
await sayFiles([await writeChecksums(to)]);
process.exit(code);

async function packForTarget(name: string): Promise<string> {
  const [target] = chooseTargets([name]);
  return await packPortable(target!, bundle, { to, deno: await denoOfNpm(target!) });
}

async function make(pack: () => Promise<string>): Promise<void> {
  try {
    await sayFiles([await pack()]);
  } catch (error) {
    complain(`Error: ${(error as Error).message}`);
    code = 1;
  }
}
