import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import { type ArchiveFile, writeArchive } from "../../scripts/ship/archive.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

/** Files of a few sizes, one of them a program. */
async function someFiles(folder: string): Promise<readonly ArchiveFile[]> {
  const sizes = { empty: 0, block: 512, program: 100_001 };
  return await Promise.all(
    Object.entries(sizes).map(async ([name, size]) => {
      const from = join(folder, name);
      await writeFile(from, new Uint8Array(size).map((_, i) => i * 7));
      return { path: `rcc-oci/${name}`, from, isProgram: name === "program" };
    }),
  );
}

toolTest({ name: "writeArchive() writes a tar.gz that tar unpacks", needs: ["tar"] }, async () => {
  await using folder = await temporaryFolder();
  const files = await someFiles(folder.path);
  const archive = join(folder.path, "x.tar.gz");
  await writeArchive(archive, files);
  await run("tar", ["-xzf", archive, "--no-same-owner"], { cwd: folder.path });
  for (const { path, from, isProgram } of files) {
    const unpacked = join(folder.path, path);
    assert.deepEqual(await readFile(unpacked), await readFile(from));
    assert.equal((await stat(unpacked)).mode & 0o777, isProgram ? 0o755 : 0o644);
  }
});

Deno.test("writeArchive() writes a zip that can be read", async () => {
  await using folder = await temporaryFolder();
  const files = await someFiles(folder.path);
  const archive = join(folder.path, "x.zip");
  await writeArchive(archive, files);
  const zip = new ZipReader(new Uint8ArrayReader(await readFile(archive)));
  const entries = await zip.getEntries();
  assert.deepEqual(entries.map(({ filename }) => filename), files.map(({ path }) => path));
  for (const [i, entry] of entries.entries()) {
    assert.ok(!entry.directory);
    assert.deepEqual(
      Buffer.from(await entry.arrayBuffer({ useWebWorkers: false, checkSignature: true })),
      await readFile(files[i]!.from),
    );
  }
});

for (const kind of ["tar.gz", "zip"]) {
  Deno.test(`writeArchive() writes the same ${kind} for the same files`, async () => {
    await using folder = await temporaryFolder();
    const files = await someFiles(folder.path);
    const archives = ["a", "b"].map((name) => join(folder.path, `${name}.${kind}`));
    await writeArchive(archives[0]!, files);
    for (const { from } of files) await utimes(from, 1, 1);
    await writeArchive(archives[1]!, files);
    assert.deepEqual(await readFile(archives[0]!), await readFile(archives[1]!));
  });
}

Deno.test("writeArchive() leaves nothing when a file is missing", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["x.tar.gz", "x.zip"]) {
    const missing = { path: "missing", from: join(folder.path, "missing") };
    await assert.rejects(writeArchive(join(folder.path, name), [missing]), { code: "ENOENT" });
  }
  assert.deepEqual(await Array.fromAsync(Deno.readDir(folder.path)), []);
});
