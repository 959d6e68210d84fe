import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createAtomicFolder } from "../../src/files/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

async function write(path: string, text: string, { commits = true } = {}): Promise<void> {
  await using folder = await createAtomicFolder(path);
  await writeFile(join(folder.temporaryPath, "file"), text);
  if (commits) await folder.commit();
}

Deno.test("createAtomicFolder() shows nothing before the commit, and all of it after", async () => {
  await using base = await temporaryFolder();
  const path = join(base.path, "made");
  await using folder = await createAtomicFolder(path);
  await writeFile(join(folder.temporaryPath, "file"), "text");
  assert.deepEqual((await readdir(base.path)).filter((name) => !name.startsWith(".")), []);
  await folder.commit();
  assert.deepEqual(await readdir(base.path), ["made"]);
  assert.equal(await readFile(join(path, "file"), "utf8"), "text");
});

Deno.test("createAtomicFolder() leaves nothing behind without a commit", async () => {
  await using base = await temporaryFolder();
  await write(join(base.path, "made"), "text", { commits: false });
  assert.deepEqual(await readdir(base.path), []);
});

Deno.test("createAtomicFolder() takes the place of a folder, with all that was in it", async () => {
  await using base = await temporaryFolder();
  const path = join(base.path, "made");
  await mkdir(path);
  await writeFile(join(path, "old"), "old");
  await write(path, "new", { commits: false });
  assert.deepEqual(await readdir(path), ["old"]);
  await write(path, "new");
  assert.deepEqual(await readdir(path), ["file"]);
  assert.deepEqual(await readdir(base.path), ["made"]);
});

Deno.test("createAtomicFolder() refuses a parent that is not there", async () => {
  await using base = await temporaryFolder();
  await assert.rejects(createAtomicFolder(join(base.path, "no", "made")), Deno.errors.NotFound);
});

Deno.test("createAtomicFolder() removes what lost its process, when the new folder is there", async () => {
  await using base = await temporaryFolder();
  const target = join(base.path, "context");
  const stale = join(base.path, ".context.8a1f.rcc-oci.tmp");
  const others = join(base.path, ".other.8a1f.rcc-oci.tmp");
  for (const path of [stale, others]) {
    await mkdir(path);
    await writeFile(join(path, "layer"), "half");
  }
  await using living = await createAtomicFolder(target);
  await using atomic = await createAtomicFolder(target);
  assert.ok((await readdir(base.path)).includes(basename(stale)));
  await atomic.commit();
  const left = [basename(living.temporaryPath), basename(others), "context"];
  assert.deepEqual((await readdir(base.path)).sort(), left.sort());
});
