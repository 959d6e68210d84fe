import assert from "node:assert/strict";
import { join } from "node:path";
import { walk } from "../../src/robot/walk.ts";
import { folderOf } from "./robot_folder.ts";

const everything = { isLeftOut: () => false };

/** Runs a line of sh in a folder, for names that no JavaScript string can hold. */
async function sh(cwd: string, line: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("sh", { args: ["-c", line], cwd }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

async function messagesOf(path: string): Promise<readonly string[]> {
  const { failures } = await walk(path, everything);
  return failures.map(({ id, message }) => `${id} ${message}`);
}

Deno.test("walk() meets files, folders, empty ones too, and links", async () => {
  await using folder = await folderOf({ "a/b/c": "x", "a/empty/": "", "d": "" });
  await Deno.symlink("a/b", join(folder.path, "link"));
  await Deno.symlink("nowhere", join(folder.path, "a", "dangling"));
  const { members, failures } = await walk(folder.path, everything);
  assert.deepEqual(failures, []);
  assert.deepEqual(members.map(({ type, path }) => `${type} ${path}`).sort(), [
    "directory a",
    "directory a/b",
    "directory a/empty",
    "file a/b/c",
    "file d",
    "symlink a/dangling",
    "symlink link",
  ]);
});

Deno.test("walk() asks for folders with a slash, and does not enter those left out", async () => {
  await using folder = await folderOf({ "a/b": "", "c/d/e": "", "f": "" });
  await Deno.symlink("a", join(folder.path, "link"));
  const asked: string[] = [];
  const { members } = await walk(folder.path, {
    isLeftOut: (path) => {
      asked.push(path);
      return path === "c/";
    },
  });
  assert.deepEqual(asked.sort(), ["a/", "a/b", "c/", "f", "link"]);
  assert.deepEqual(members.map(({ path }) => path).sort(), ["a", "a/b", "f", "link"]);
});

Deno.test("walk() refuses sockets, pipes and devices", async () => {
  await using folder = await folderOf({});
  await sh(folder.path, "mkfifo pipe");
  const socket = Deno.listen({ transport: "unix", path: join(folder.path, "socket") });
  const cure = 'leave it out with "ignoreFiles" or --exclude';
  assert.deepEqual(await messagesOf(folder.path), [
    `robot/file failed to pack "pipe": it is a named pipe, ${cure}`,
    `robot/file failed to pack "socket": it is a socket, ${cure}`,
  ]);
  socket.close();
  const { failures } = await walk("/dev", { isLeftOut: (path) => path !== "null" });
  assert.deepEqual(failures.map(({ message }) => message), [
    `failed to pack "null": it is a device, ${cure}`,
  ]);
});

Deno.test("walk() refuses names with control characters", async () => {
  await using folder = await folderOf({ "a\nb": "", "c\x7f/d": "", "ok é 漢": "" });
  assert.deepEqual(await messagesOf(folder.path), [
    'robot/file failed to pack "a\\u{a}b": its name has a control character, rename it',
    'robot/file failed to pack "c\\u{7f}": its name has a control character, rename it',
  ]);
});

Deno.test("walk() refuses names that are not valid UTF-8", async () => {
  await using folder = await folderOf({ "good \ufffd": "" });
  await sh(folder.path, String.raw`: > "$(printf 'bad \377')"; mkdir "$(printf 'dir \300')"`);
  const cure = 'rename it or leave it out with "ignoreFiles" or --exclude';
  assert.deepEqual(await messagesOf(folder.path), [
    `robot/file failed to pack "bad \ufffd": its name is not valid UTF-8, ${cure}`,
    `robot/file failed to pack "dir \ufffd": its name is not valid UTF-8, ${cure}`,
  ]);
});

Deno.test("walk() refuses a name that is not valid UTF-8 beside one that looks the same", async () => {
  await using folder = await folderOf({ "x \ufffd": "" });
  await sh(folder.path, String.raw`: > "$(printf 'x \377')"`);
  const [message, ...others] = await messagesOf(folder.path);
  assert.match(message!, /^robot\/file failed to pack "x \ufffd": its name is not valid UTF-8/);
  assert.deepEqual(others, []);
});

Deno.test("walk() does not mind what is left out, whatever it is", async () => {
  await using folder = await folderOf({ "a\nb": "" });
  await sh(folder.path, String.raw`: > "$(printf 'bad \377')"; mkfifo pipe`);
  const { members, failures } = await walk(folder.path, { isLeftOut: () => true });
  assert.deepEqual([members, failures], [[], []]);
});

Deno.test("walk() names the folder that it cannot read", async () => {
  await using folder = await folderOf({});
  const gone = join(folder.path, "gone");
  const [message] = await messagesOf(gone);
  assert.match(message!, /^robot\/file failed to pack ".*\/gone": ENOENT.*, make it readable or/);
});

Deno.test("walk() stops at an aborted signal", async () => {
  await using folder = await folderOf({});
  const signal = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(walk(folder.path, { ...everything, signal }), /^Error: stopped$/);
});

Deno.test("walk() keeps no more of a file than is asked for: there may be 300,000 of them", async () => {
  await using folder = await folderOf({ "a": "four" });
  await Deno.chmod(join(folder.path, "a"), 0o640);
  const { members: [member] } = await walk(folder.path, everything);
  assert.deepEqual(Object.keys(member!).sort(), ["mode", "path", "seen", "size", "type"]);
  assert.ok(member?.type === "file");
  const { seen, ...facts } = member;
  assert.deepEqual(facts, { type: "file", path: "a", size: 4, mode: 0o100640 });
  assert.deepEqual(Object.keys(seen).sort(), ["ino", "mtimeMs", "size"]);
});
