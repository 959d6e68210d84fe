import { glob } from "node:fs/promises";
import { join } from "node:path";
import { outputOf, runCommand } from "./run_command.ts";
import { isWindows, type Target } from "./targets.ts";

/**
 * The path of deno for a target, of the version that runs this: out of its npm package, whose
 * checksum the registry knows. It is downloaded into deno's own cache.
 */
export async function denoOfNpm(target: Target): Promise<string> {
  const name = `@deno/${target.denoPackage}`;
  const version = Deno.version.deno;
  const { code, stderr } = await runCommand(
    [Deno.execPath(), "cache", "--no-config", "--no-lock", `npm:${name}@${version}`],
    { env: { NO_COLOR: "1" } },
  );
  if (code !== 0) {
    throw new Error(
      `failed to get deno for ${target.name}: ${stderr.trim().replaceAll("\n", " ")}`,
    );
  }
  const { npmCache } = JSON.parse(await outputOf([Deno.execPath(), "info", "--json"]));
  const file = isWindows(target) ? "deno.exe" : "deno";
  // The cache has a folder for each registry.
  const paths = await Array.fromAsync(glob(join(npmCache, "*", name, version, file)));
  if (paths[0] === undefined) {
    throw new Error(`failed to get deno for ${target.name}: no "${file}" in ${name}@${version}`);
  }
  return paths[0];
}
