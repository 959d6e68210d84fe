import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeChecksums } from "../../scripts/ship/checksums.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

/** `printf a | sha256sum`, and the same of nothing. */
const OF_A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
const OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Deno.test("writeChecksums() lists the files of a folder, whenever it is called", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "b.js"), "");
  await writeFile(join(folder.path, "a.tar.gz"), "a");
  await writeFile(join(folder.path, ".hidden"), "a");
  await mkdir(join(folder.path, "folder"));
  for (let times = 0; times < 2; times++) {
    const path = await writeChecksums(folder.path);
    assert.equal(path, join(folder.path, "SHA256SUMS"));
    assert.equal(await readFile(path, "utf8"), `${OF_A}  a.tar.gz\n${OF_NOTHING}  b.js\n`);
  }
});
