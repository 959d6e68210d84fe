import assert from "node:assert/strict";
import { lstatSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seenFile } from "../../src/files/mod.ts";
import { ContentError, fileContent, packLayer } from "../../src/packing/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const BYTES = new Uint8Array(700_000).map((_, index) => index % 251);

/** Packs a file that something happened to after it was listed. */
async function pack(happens: (path: string) => void): Promise<number> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  writeFileSync(path, BYTES);
  utimesSync(path, 1_000_000, 1_000_000);
  const content = fileContent(path, BYTES.length, seenFile(lstatSync(path)));
  happens(path);
  const owner = { uid: 0, gid: 0 };
  const { size } = await packLayer(
    () => [{ type: "file", path: "file", owner, mode: 0o644, mtime: 0, content }],
    { packing: { codec: "gzip" }, sink: { write: () => {} } },
  );
  return size;
}

const HAPPENINGS: Readonly<Record<string, (path: string) => void>> = {
  "a link took its place": (path) => {
    renameSync(path, `${path}.old`);
    symlinkSync(`${path}.old`, path);
  },
  "it was changed in place with the same size": (path) => writeFileSync(path, BYTES.toReversed()),
  "another file took its place": (path) => {
    renameSync(path, `${path}.old`);
    writeFileSync(path, BYTES);
    utimesSync(path, 1_000_000, 1_000_000);
  },
};

const TAR_BYTES = 512 + Math.ceil(BYTES.length / 512) * 512 + 1024;

Deno.test("a listed file is packed as it was listed", async () => {
  assert.equal(await pack(() => {}), TAR_BYTES);
});

for (const [what, happens] of Object.entries(HAPPENINGS)) {
  Deno.test(`a listed file is not packed when ${what}`, async () => {
    await assert.rejects(pack(happens), ContentError);
  });
}
