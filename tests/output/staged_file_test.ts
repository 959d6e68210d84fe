/** Files that appear when they are committed, and what takes bytes at once. */
import assert from "node:assert/strict";
import { constants } from "node:fs";
import {
  type FileHandle,
  lstat,
  open,
  readdir,
  readFile,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { requireWritableFile, stageFile } from "../../src/output/mod.ts";
import { makePipe } from "../support/pipe.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { testOn } from "../support/tools.ts";

const BYTES = [new TextEncoder().encode("one "), new TextEncoder().encode("two")];
const OPTIONS = { what: "report" };

/** Both what finds out early and what writes. */
async function refuse(path: string, message: RegExp): Promise<void> {
  await assert.rejects(requireWritableFile(path, "report"), message);
  await assert.rejects(stageFile(path, BYTES, OPTIONS), message);
}

Deno.test("stageFile() changes nothing before the commit, and nothing without it", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "file");
  await writeFile(path, "before");
  {
    await using _dropped = await stageFile(path, BYTES, OPTIONS);
  }
  await using staged = await stageFile(path, BYTES, OPTIONS);
  assert.equal(await readFile(path, "utf8"), "before");
  await staged.commit();
  assert.equal(await readFile(path, "utf8"), "one two");
  assert.deepEqual(await readdir(folder.path), ["file"]);
});

Deno.test({
  ...testOn(
    "stageFile() writes into a pipe and a device, and leaves them what they are",
    "no Windows",
  ),
  async fn() {
    await using folder = await temporaryFolder();
    const [pipe, device] = [join(folder.path, "pipe"), join(folder.path, "device")];
    await makePipe(pipe);
    await symlink("/dev/null", device);
    for (const path of [pipe, device]) await requireWritableFile(path, "report");
    await assert.rejects(stageFile(pipe, BYTES, OPTIONS), /nobody reads it, begin to read it/);
    const reader = new Deno.Command("cat", { args: [pipe], stdout: "piped" }).spawn();
    const output = reader.output();
    {
      await using _held = await whenRead(pipe);
      await (await stageFile(pipe, BYTES, OPTIONS)).commit();
    }
    assert.equal(new TextDecoder().decode((await output).stdout), "one two");
    await (await stageFile(device, BYTES, OPTIONS)).commit();
    assert.equal((await lstat(pipe)).isFIFO(), true);
    assert.equal((await lstat(device)).isSymbolicLink(), true);
    assert.deepEqual((await readdir(folder.path)).sort(), ["device", "pipe"]);
  },
});

Deno.test({
  ...testOn("stageFile() says when the reader of a pipe has gone", "no Windows"),
  async fn() {
    await using folder = await temporaryFolder();
    const pipe = join(folder.path, "pipe");
    await makePipe(pipe);
    const reader = new Deno.Command("head", { args: ["-c1", pipe], stdout: "null" }).spawn();
    await using _held = await whenRead(pipe);
    const endless = function* () {
      for (;;) yield new Uint8Array(65536);
    };
    await assert.rejects(stageFile(pipe, endless(), OPTIONS), /who read it has gone/);
    await reader.status;
  },
});

Deno.test({
  ...testOn("stageFile() refuses a folder, a socket and links in a circle", "no Windows"),
  async fn() {
    await using folder = await temporaryFolder();
    await refuse(folder.path, /failed to write report ".*": it is a folder/);
    const circle = join(folder.path, "circle");
    await symlink(circle, circle);
    await refuse(circle, /it is a link that leads in a circle/);
    const path = join(folder.path, "socket");
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once("listening", resolve));
    await refuse(path, /it is a socket/);
    await new Promise((resolve) => server.close(resolve));
  },
});

Deno.test("stageFile() takes the place of a link, and leaves what it leads to", async () => {
  await using folder = await temporaryFolder();
  const [file, link] = [join(folder.path, "file"), join(folder.path, "link")];
  await writeFile(file, "mine");
  await symlink(file, link);
  await (await stageFile(link, BYTES, OPTIONS)).commit();
  assert.equal(await readFile(file, "utf8"), "mine");
  assert.equal((await lstat(link)).isFile(), true);
});

/** A writer of a pipe, from when somebody reads it: to open it without waiting fails before. */
async function whenRead(path: string): Promise<FileHandle> {
  for (;;) {
    const file = await open(path, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined);
    if (file !== undefined) return file;
  }
}
