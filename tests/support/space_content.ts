import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { stageName } from "../../src/holotree/mod.ts";
import type { StartMode } from "../../src/plan/mod.ts";
import type { Engine } from "./engine.ts";

/** Options of {@linkcode requireSpaceContent}. */
export interface SpaceContentOptions {
  readonly engine: Engine;
  /** Where the environment is in the image. */
  readonly space: string;
  /** The folder that the library was made of. */
  readonly environment: string;
  /** `HOME` of whoever made it. */
  readonly home: string;
  readonly start: StartMode;
  /** Whether the image's user is root, who is given no special bits. */
  readonly isRoot: boolean;
}

/** Each file by its mode and digest, each link by its target. */
const LIST = `cd "$0" && find . -type f -exec stat -c 'f %a %n' {} + &&
find . -type f -exec sha256sum {} + && find . -type l -exec stat -c 'l %N' {} +`;

/**
 * Requires every file and link of the space in a container to be what was recorded, with the space's
 * name where the stage's was. Neither the catalog nor our own code has a part in it.
 */
export async function requireSpaceContent(
  image: string,
  options: SpaceContentOptions,
): Promise<void> {
  const { engine, space } = options;
  const args = ["-c", LIST, space];
  const { code, stdout, stderr } = await engine.run(image, { entrypoint: "/bin/sh", args });
  assert.equal(code, 0, stderr);
  const found = stdout.trim().split("\n").sort();
  assert.deepEqual(found, (await expectedLines(options.environment, options)).sort());
}

async function expectedLines(
  folder: string,
  options: SpaceContentOptions,
): Promise<string[]> {
  const { home, space } = options;
  const lines: string[] = [];
  for (const path of await readdir(folder, { recursive: true })) {
    const place = join(folder, path);
    const facts = await lstat(place);
    if (facts.isSymbolicLink()) {
      lines.push(`l './${path}' -> '${await readlink(place)}'`);
    } else if (facts.isFile()) {
      const content = (await readFile(place, "latin1"))
        .replaceAll(stageName(home), basename(space));
      const hash = createHash("sha256").update(content, "latin1").digest("hex");
      lines.push(`f ${modeIn(facts.mode, options).toString(8)} ./${path}`, `${hash}  ./${path}`);
    }
  }
  return lines;
}

/** What a sealed image and root's images do to modes: see docs/image.md. */
function modeIn(mode: number, { start, isRoot }: SpaceContentOptions): number {
  const bits = mode & 0o7777;
  if (start !== "sealed") return isRoot ? bits & 0o777 : bits;
  return bits & 0o777 | 0o444 | ((bits & 0o111) === 0 ? 0 : 0o111);
}
