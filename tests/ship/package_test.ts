import assert from "node:assert/strict";
import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { checkProgram } from "../../scripts/ship/check_program.ts";
import { type Bundle, bundleIn } from "../../scripts/ship/bundle_program.ts";
import { packForNpm } from "../../scripts/ship/npm_package.ts";
import { packPortable } from "../../scripts/ship/portable_package.ts";
import { runsHere, TARGETS } from "../../scripts/ship/targets.ts";
import { PROGRAM_NAME, VERSION } from "../../src/version.ts";
import { bundledProgram } from "../support/bundled.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { findCommand, run, toolTest } from "../support/tools.ts";

async function madeBundle(): Promise<Bundle> {
  return bundleIn(dirname(await bundledProgram()));
}

toolTest({
  name: "the portable package builds the demo with nothing on PATH, wherever links lead to it",
  needs: ["tar"],
  on: ["linux"],
}, async () => {
  await using folder = await temporaryFolder();
  const target = TARGETS.find(runsHere)!;
  const archive = await packPortable(target, await madeBundle(), {
    to: folder.path,
    deno: Deno.execPath(),
  });
  assert.equal(basename(archive), `${PROGRAM_NAME}-${target.name}-portable.tar.gz`);
  await run("tar", ["-xzf", archive], { cwd: folder.path });
  const program = join(folder.path, PROGRAM_NAME, PROGRAM_NAME);
  await checkProgram([program]);

  await mkdir(join(folder.path, "bin"));
  await symlink(`../${PROGRAM_NAME}/${PROGRAM_NAME}`, join(folder.path, "bin", "relative"));
  await symlink(join(folder.path, "bin", "relative"), join(folder.path, "absolute"));
  const version = new RegExp(`^${PROGRAM_NAME} ${VERSION} `);
  for (const link of ["bin/relative", "absolute"]) {
    assert.match((await run(join(folder.path, link), ["--version"])).stdout, version);
  }
  // In a folder with a deno.json that is none of its business, and by a relative path.
  await writeFile(join(folder.path, "deno.json"), "{ this is none");
  const here = join(PROGRAM_NAME, PROGRAM_NAME);
  assert.match((await run(here, ["--version"], { cwd: folder.path })).stdout, version);
});

toolTest({
  name: "the package for npm runs by npx, with nothing but node on PATH",
  needs: ["npm"],
  on: ["no Windows"],
}, async () => {
  await using folder = await temporaryFolder();
  const tarball = await packForNpm(await madeBundle(), { to: folder.path });
  assert.equal(basename(tarball), `${PROGRAM_NAME}-${VERSION}.tgz`);
  const bin = join(folder.path, "bin");
  await mkdir(bin);
  for (const name of ["node", "npm", "npx", "sh", "env"]) {
    await symlink(findCommand(name)!, join(bin, name));
  }
  const env = { PATH: bin, HOME: folder.path, npm_config_update_notifier: "false" };
  const deno = await denoPackage(join(folder.path, "deno"));
  const place = join(folder.path, "empty");
  await mkdir(place);
  const options = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...options, tarball, deno], { cwd: place, env });

  const { stdout } = await run("npx", ["--offline", PROGRAM_NAME, "--version"], {
    cwd: place,
    env,
  });
  assert.match(stdout, new RegExp(`^${PROGRAM_NAME} ${VERSION} `));
  await checkProgram([join(place, "node_modules", ".bin", PROGRAM_NAME)], { path: bin });
});

toolTest({
  name: "the package for npm gives the program's exit code and passes a SIGTERM on",
  needs: ["npm"],
  on: ["no Windows"],
}, async () => {
  await using folder = await temporaryFolder();
  // A deno that says that it has begun, and ends by 7 when it is told to.
  const deno = join(folder.path, "node_modules", "deno");
  await mkdir(deno, { recursive: true });
  await copyFile(LAUNCHER, join(folder.path, "rcc-oci.cjs"));
  const script = `#!${findCommand("node")}
process.on("SIGTERM", () => process.exit(7));
process.stdout.write(process.argv.at(-1));
setTimeout(() => process.exit(8), 60_000);`;
  await writeFile(join(deno, "deno"), script, { mode: 0o755 });
  await writeFile(join(deno, "install_api.cjs"), INSTALL_API);

  const child = new Deno.Command(findCommand("node")!, {
    args: [join(folder.path, "rcc-oci.cjs"), "begun"],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "begun");
  child.kill("SIGTERM");
  assert.equal((await child.status).code, 7);
  await reader.cancel();
});

const LAUNCHER = new URL("../../scripts/ship/launchers/rcc-oci.cjs", import.meta.url);

/** The part of deno's npm package that the launcher uses. */
const INSTALL_API = `exports.runInstall = () => require("node:path").join(__dirname, "deno");\n`;

/** A package like deno's on npm, with the deno that runs the tests in it. */
async function denoPackage(folder: string): Promise<string> {
  await mkdir(folder);
  const manifest = { name: "deno", version: Deno.version.deno };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await writeFile(join(folder, "install_api.cjs"), INSTALL_API);
  await symlink(Deno.execPath(), join(folder, "deno"));
  return folder;
}
