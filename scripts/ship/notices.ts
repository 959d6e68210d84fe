import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PROGRAM_NAME } from "../../src/version.ts";
import type { ArchiveFile } from "./archive.ts";
import type { Bundle } from "./bundle_program.ts";
import { licencesText } from "./licences.ts";
import { ROOT } from "./project.ts";

/**
 * The papers that go with a program that has deno in it: our licence and README, the licences of
 * the packages and that of deno.
 *
 * @param folder A temporary one, in which the last is written.
 */
export async function noticeFiles(bundle: Bundle, folder: string): Promise<readonly ArchiveFile[]> {
  const deno = licencesText([{
    name: "deno",
    version: Deno.version.deno,
    id: "MIT",
    text: await readFile(join(ROOT, "assets", "deno-license.txt"), "utf8"),
  }]);
  const licences = join(folder, "LICENSES.txt");
  await writeFile(licences, `${await readFile(bundle.licencesPath, "utf8")}\n\n${deno}`);
  return [
    { path: `${PROGRAM_NAME}/LICENSE`, from: join(ROOT, "LICENSE") },
    { path: `${PROGRAM_NAME}/LICENSES.txt`, from: licences },
    { path: `${PROGRAM_NAME}/README.md`, from: join(ROOT, "README.md") },
  ];
}
