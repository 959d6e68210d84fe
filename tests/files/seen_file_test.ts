import assert from "node:assert/strict";
import { lstatSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileSource, seenFile } from "../../src/files/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const CONTENT = "0123456789";

/** A file of ten bytes, and reading it to the end after something was done to it, or halfway. */
async function scene() {
  const folder = await temporaryFolder();
  const path = join(folder.path, "file");
  writeFileSync(path, CONTENT);
  utimesSync(path, 1_000_000, 1_000_000);
  const seen = seenFile(lstatSync(path));
  return {
    path,
    read(halfway: () => void = () => {}): string {
      using source = new FileSource({ path, offset: 0, size: CONTENT.length }, {
        toEnd: true,
        seen,
      });
      const buffer = new Uint8Array(4);
      let text = new TextDecoder().decode(buffer.subarray(0, source.read(buffer)));
      halfway();
      while (source.left > 0) {
        text += new TextDecoder().decode(buffer.subarray(0, source.read(buffer)));
      }
      return text;
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

Deno.test("a file that is what it was when it was listed is read", async () => {
  await using file = await scene();
  assert.equal(file.read(), CONTENT);
});

Deno.test("a link that took a file's place is not followed", async () => {
  await using file = await scene();
  renameSync(file.path, `${file.path}.old`);
  symlinkSync(`${file.path}.old`, file.path);
  assert.throws(() => file.read(), (error: { code?: string }) => error.code === "ELOOP");
});

Deno.test("another file of the same size and time in its place is refused", async () => {
  await using file = await scene();
  renameSync(file.path, `${file.path}.old`);
  writeFileSync(file.path, "abcdefghij");
  utimesSync(file.path, 1_000_000, 1_000_000);
  assert.throws(
    () => file.read(),
    /^RangeError: expected ".*file" as it was listed, found it changed$/,
  );
});

Deno.test("a file that is changed in place while it is read is refused", async () => {
  await using file = await scene();
  assert.throws(
    () => file.read(() => writeFileSync(file.path, "abcdefghij")),
    /as it was listed, found it changed$/,
  );
  await using grown = await scene();
  assert.throws(() => grown.read(() => writeFileSync(grown.path, `${CONTENT}x`)), RangeError);
});

Deno.test("a pipe in its place is not waited for", async () => {
  await using file = await scene();
  renameSync(file.path, `${file.path}.old`);
  await new Deno.Command("mkfifo", { args: [file.path] }).output();
  assert.throws(() => file.read(), RangeError);
});

Deno.test("an empty file is looked at too", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  writeFileSync(path, "");
  const seen = seenFile(lstatSync(path));
  const open = () =>
    new FileSource({ path, offset: 0, size: 0 }, { toEnd: true, seen })[Symbol.dispose]();
  open();
  writeFileSync(path, "x");
  assert.throws(open, RangeError);
});
