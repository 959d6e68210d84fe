import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const CHECKSUMS = "SHA256SUMS";

/** Writes SHA256SUMS of all other files of the folder, as `sha256sum --check` reads it. */
export async function writeChecksums(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.name !== CHECKSUMS && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
  const lines = await Promise.all(names.map(async (name) => {
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(folder, name)), hash);
    return `${hash.digest("hex")}  ${name}\n`;
  }));
  const path = join(folder, CHECKSUMS);
  await writeFile(`${path}.part`, lines.join(""));
  await rename(`${path}.part`, path);
  return path;
}
