import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildScene } from "./build_scene.ts";
import { run } from "./tools.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** How a build is starved. */
export interface StarveOptions {
  /** Shell commands, run as root in a name space of mounts of its own, in the scene's folder. */
  readonly setUp: string;
  /** Where the image goes, and other options. */
  readonly args: readonly string[];
  /** Relative to the scene's folder. */
  readonly cache: string;
}

/** How it ended. */
export interface Starved {
  readonly code: number;
  readonly errors: readonly string[];
  /** What is below the folder `small`. */
  readonly left: readonly string[];
}

/** Builds where the system refuses something. Needs `unshare`. */
export async function starve(
  { folder, args }: BuildScene,
  { setUp, args: outputs, cache }: StarveOptions,
): Promise<Starved> {
  const script = `${setUp}
"$@" > stdout 2> errors
echo "$?"
find small -mindepth 1 -printf '%P\\n' | sort`;
  const { stdout } = await run("unshare", [
    ...["--mount", "bash", "-c", script, "bash"],
    ...[Deno.execPath(), "run", "--quiet", "--no-check", "-A", MAIN, ...args, ...outputs],
  ], { cwd: folder, env: { RCC_OCI_CACHE: join(folder, cache), NO_COLOR: "1" } });
  const [code, ...left] = stdout.trim().split("\n");
  const errors = (await Deno.readTextFile(join(folder, "errors"))).split("\n")
    .filter((line) => line !== "" && !line.startsWith("Warning: "));
  return { code: Number(code), errors, left };
}
