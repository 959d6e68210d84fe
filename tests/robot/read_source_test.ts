import assert from "node:assert/strict";
import { join } from "node:path";
import { readSource, unreadable } from "../../src/robot/read_source.ts";
import { failuresFrom } from "./failures.ts";
import { folderOf } from "./robot_folder.ts";

async function readBytes(bytes: Uint8Array | string): Promise<string> {
  await using folder = await folderOf({ "f.yaml": bytes });
  return (await readSource(join(folder.path, "f.yaml"), { fileName: "f.yaml" })).text;
}

Deno.test("readSource() reads UTF-8, with a byte order mark or without", async () => {
  assert.equal(await readBytes("é"), "é");
  assert.equal(await readBytes("\ufeffé"), "é");
  assert.equal(await readBytes(""), "");
});

Deno.test("readSource() reads UTF-16 with a byte order mark", async () => {
  assert.equal(await readBytes(Uint8Array.of(0xff, 0xfe, 0xe9, 0, 0x0a, 0)), "é\n");
  assert.equal(await readBytes(Uint8Array.of(0xfe, 0xff, 0, 0xe9, 0, 0x0a)), "é\n");
});

Deno.test("readSource() points at the first bytes that are no UTF-8", async () => {
  const bytes = new Uint8Array([...new TextEncoder().encode("a: 1\nb: é"), 0xff, 0x0a]);
  assert.deepEqual(await failuresFrom(() => readBytes(bytes)), [
    'robot/yaml failed to read "f.yaml": f.yaml:2:5: bytes that are not UTF-8, ' +
    'save the file as UTF-8: "b: é\ufffd"',
  ]);
});

Deno.test("readSource() reads 1 MiB and refuses one byte more", async () => {
  assert.equal((await readBytes("#".repeat(1024 * 1024))).length, 1024 * 1024);
  assert.deepEqual(await failuresFrom(() => readBytes("#".repeat(1024 * 1024 + 1))), [
    'robot/unreadable failed to read "f.yaml": it is larger than 1 MiB, expected a small YAML file',
  ]);
});

Deno.test("readSource() refuses what is no regular file, without waiting for it", async () => {
  const message = "robot/unreadable failed to read " +
    '"x": it is no regular file, expected a YAML file';
  for (const path of ["/dev/zero", "/"]) {
    assert.deepEqual(await failuresFrom(() => readSource(path, { fileName: "x" })), [message]);
  }
  await using folder = await folderOf({});
  const pipe = join(folder.path, "pipe");
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  assert.deepEqual(await failuresFrom(() => readSource(pipe, { fileName: "x" })), [message]);
});

Deno.test("readSource() says that a file is not there, or loops", async () => {
  await using folder = await folderOf({ "file": "" });
  const loop = join(folder.path, "loop");
  await Deno.symlink("loop", loop);
  const missing = 'robot/not-found failed to read "x": no such file, check the path';
  for (const path of [join(folder.path, "none"), join(folder.path, "file", "below")]) {
    assert.deepEqual(await failuresFrom(() => readSource(path, { fileName: "x" })), [missing]);
  }
  const [failure] = await failuresFrom(() => readSource(loop, { fileName: "x" }));
  assert.match(failure!, /^robot\/unreadable failed to read "x": .*ELOOP/);
});

Deno.test("readSource() stops at an aborted signal", async () => {
  const signal = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(readSource("/dev/null", { fileName: "x", signal }), /^Error: stopped$/);
});

Deno.test("unreadable() says what to do about a missing permission", () => {
  const error = Object.assign(new Error("EACCES: …"), { code: "EACCES" });
  const failure = unreadable("f.yaml", error);
  assert.equal(failure.message, 'failed to read "f.yaml": permission denied, make it readable');
  assert.equal(failure.cause, error);
});
