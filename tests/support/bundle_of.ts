import { Buffer } from "node:buffer";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { zipOf, type ZipPart } from "../holotree/zip_of.ts";
import { fixturePath } from "./fixtures.ts";

/** The line between the program and the archive of a bundle. */
export const PAYLOAD_MARK = "# ===RCC_PAYLOAD_START===";

/** A bundle as `rcc robot bundle` writes it: the archive counts from its own beginning. */
export function bundleOf(parts: readonly ZipPart[]): Uint8Array {
  const program = `#!/usr/bin/env python3\nprint("run me with rcc")\n\n${PAYLOAD_MARK}\n`;
  return Buffer.concat([Buffer.from(program), zipOf(parts)]);
}

/** The robot of the fixtures, bundled: what is hidden, and output, rcc leaves out. */
export async function tinyBundle(): Promise<Uint8Array> {
  const folder = fixturePath("tiny", "robot");
  const names = (await readdir(folder)).filter((name) => !/^\.|^output/.test(name));
  const parts = await Promise.all(names.map(async (name) => ({
    name: `robot/${name}`,
    content: await readFile(join(folder, name)),
    method: 8,
  })));
  const library = await readFile(fixturePath("tiny", "hololib.zip"));
  return bundleOf([...parts, { name: "hololib/hololib.zip", content: library, method: 8 }]);
}
