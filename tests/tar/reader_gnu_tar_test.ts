import assert from "node:assert/strict";
import { join } from "node:path";
import { collect } from "../../src/bytes/mod.ts";
import { openFileStream } from "../../src/files/mod.ts";
import { readTar } from "../../src/tar/mod.ts";
import { run, toolTest } from "../support/tools.ts";

const LONG = "long".repeat(30);

/** What is in a tree that every format of GNU tar can hold, v7 all but the pipe, by path. */
const EXPECTED = new Map<string, unknown>([
  ["", { type: "directory" }],
  ["deep", { type: "directory" }],
  ["deep/file", { type: "file", mode: 0o4750, mtime: 1610000000, text: "content\n" }],
  ["hard", { type: "hardlink", target: "deep/file" }],
  ["link", { type: "symlink", target: "deep/file" }],
  ["pipe", { type: "fifo" }],
]);

/** And one that only the later formats can. */
const LONG_EXPECTED = new Map<string, unknown>([
  [`${LONG}`, { type: "directory" }],
  [`${LONG}/${LONG}`, { type: "file", mode: 0o644, mtime: -1000, text: "é" }],
  [`${LONG}/link`, { type: "symlink", target: `${LONG}/${LONG}` }],
]);

for (const format of ["v7", "oldgnu", "ustar", "gnu", "posix"]) {
  toolTest({ name: `readTar() reads GNU tar's format ${format}`, needs: ["tar"] }, async () => {
    await using folder = await makeTree();
    const expected = new Map(EXPECTED);
    if (format === "v7") {
      await Deno.remove(join(folder.path, "pipe"));
      expected.delete("pipe");
    } else if (format !== "ustar") {
      await makeLongNames(folder.path);
      for (const [path, entry] of LONG_EXPECTED) expected.set(path, entry);
    }
    const archive = join(folder.path, "..", `${format}.tar`);
    await run("tar", [`--format=${format}`, "--sort=name", "-C", folder.path, "-cf", archive, "."]);
    const found = new Map<string, unknown>();
    for await (const member of readTar(await openFileStream(archive))) {
      const { type, path, mode, mtime } = member;
      if (member.type === "file") {
        const text = new TextDecoder().decode(await collect(member.content, 100));
        found.set(path, { type, mode, mtime, text });
      } else {
        found.set(path, "target" in member ? { type, target: member.target } : { type });
      }
    }
    assert.deepEqual(sorted(found), sorted(expected));
  });
}

for (const form of ["gnu", "posix 0.0", "posix 0.1", "posix 1.0"]) {
  toolTest(
    { name: `readTar() fills the holes of a sparse file of format ${form}`, needs: ["tar"] },
    async () => {
      await using folder = await makeTree();
      const sparse = join(folder.path, "sparse");
      await Deno.writeFile(sparse, new Uint8Array());
      await Deno.truncate(sparse, 4 * 1024 * 1024);
      // More parts than the header of the oldest form has room for.
      const file = await Deno.open(sparse, { write: true });
      for (let i = 0; i < 40; i++) {
        await file.seek(i * 100_000, Deno.SeekMode.Start);
        await file.write(new TextEncoder().encode(`part ${i}`));
      }
      file.close();
      const archive = join(folder.path, "..", "sparse.tar");
      const [format, version] = form.split(" ");
      const flags = [`--format=${format}`, ...(version ? [`--sparse-version=${version}`] : [])];
      const names = ["sparse", "deep/file"];
      await run("tar", [...flags, "-S", "-C", folder.path, "-cf", archive, ...names]);
      assert.ok((await Deno.stat(archive)).size < 1024 * 1024, "it is stored with holes");
      const found = new Map<string, Uint8Array>();
      for await (const member of readTar(await openFileStream(archive))) {
        if (member.type === "file") {
          found.set(member.path, await collect(member.content, 5_000_000));
        }
      }
      assert.deepEqual([...found.keys()], names);
      assert.deepEqual(found.get("sparse"), await Deno.readFile(sparse));
      assert.deepEqual(found.get("deep/file"), new TextEncoder().encode("content\n"));
    },
  );
}

interface Folder extends AsyncDisposable {
  readonly path: string;
}

async function makeTree(): Promise<Folder> {
  const root = await Deno.makeTempDir();
  const path = join(root, "tree");
  await Deno.mkdir(join(path, "deep"), { recursive: true });
  await Deno.writeTextFile(join(path, "deep/file"), "content\n");
  await Deno.chmod(join(path, "deep/file"), 0o4750);
  await Deno.utime(join(path, "deep/file"), 1610000000, 1610000000);
  await Deno.link(join(path, "deep/file"), join(path, "hard"));
  await Deno.symlink("deep/file", join(path, "link"));
  await run("mkfifo", [join(path, "pipe")]);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

async function makeLongNames(path: string): Promise<void> {
  const file = join(path, LONG, LONG);
  await Deno.mkdir(join(path, LONG));
  await Deno.writeTextFile(file, "é");
  await Deno.chmod(file, 0o644);
  await Deno.utime(file, -1000, -1000);
  await Deno.symlink(`${LONG}/${LONG}`, join(path, LONG, "link"));
}

function sorted(entries: ReadonlyMap<string, unknown>): readonly [string, unknown][] {
  return [...entries].sort(([a], [b]) => a < b ? -1 : 1);
}
