import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { collect, concat, streamOf } from "../../src/bytes/mod.ts";
import { readTar, type Sized, type TarEntry, tarSegments, tarSize } from "../../src/tar/mod.ts";
import type { TarFile } from "../../src/tar/entry.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

interface Bytes extends Sized {
  readonly bytes: Uint8Array;
}

const OWNER = { uid: 1000, gid: 1000 };

function file(path: string, text = "", rest: Partial<TarFile<Bytes>> = {}): TarFile<Bytes> {
  const bytes = new TextEncoder().encode(text);
  const content = { bytes, size: bytes.length };
  return { type: "file", path, owner: OWNER, mtime: 1, mode: 0o644, content, ...rest };
}

function bytesOf(entries: Iterable<TarEntry<Bytes>>): Uint8Array {
  const segments = [...tarSegments(entries)];
  return concat(segments.map((segment) => segment instanceof Uint8Array ? segment : segment.bytes));
}

/** What our own reader makes of the bytes, in the writer's terms. */
async function read(bytes: Uint8Array): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const member of readTar(streamOf(bytes))) {
    const { path, type, uid, gid, mtime, mode } = member;
    found.push({
      path,
      type,
      owner: { uid, gid },
      mtime,
      mode,
      ...(member.type === "file"
        ? { text: new TextDecoder().decode(await collect(member.content, 1e6)) }
        : {}),
      ..."target" in member ? { target: member.target } : {},
    });
  }
  return found;
}

function expected(entry: TarEntry<Bytes>): unknown {
  const { path, type, owner, mtime } = entry;
  return {
    path,
    type,
    owner,
    mtime,
    mode: entry.type === "symlink" ? 0o777 : entry.mode,
    ...(entry.type === "file" ? { text: new TextDecoder().decode(entry.content.bytes) } : {}),
    ..."target" in entry ? { target: entry.target } : {},
  };
}

const name = fc.oneof(
  fc.constantFrom("a", "é", "日本", "with space", "-rf", "x".repeat(100), "y".repeat(101)),
  fc.stringMatching(/^[A-Za-z0-9._ +~é-]{1,120}$/).filter((text) => text !== "." && text !== ".."),
);
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
const common = {
  owner: fc.tuple(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 0, max: 2 ** 31 }))
    .map(([uid, gid]) => ({ uid, gid })),
  mtime: fc.integer({ min: -1000, max: 2 ** 35 }),
  mode: fc.integer({ min: 0, max: 0o7777 }),
};
const entry: fc.Arbitrary<TarEntry<Bytes>> = fc.oneof(
  fc.record({ ...common, path, text: fc.string({ maxLength: 600, unit: "grapheme" }) })
    .map(({ text, path, ...rest }) => file(path, text, rest)),
  fc.record({ ...common, type: fc.constant("directory" as const), path }),
  fc.record({
    type: fc.constant("symlink" as const),
    path,
    target: path,
    owner: common.owner,
    mtime: common.mtime,
  }),
);

Deno.test("readTar() gives back whatever tarSegments() wrote", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(entry, { selector: ({ path }) => path, maxLength: 8 }),
      async (entries) => {
        const bytes = bytesOf(entries);
        assert.equal(bytes.length, tarSize(entries));
        assert.equal(bytes.length % 512, 0);
        assert.deepEqual(await read(bytes), entries.map(expected));
      },
    ),
    { numRuns: 300 },
  );
});

for (const size of [99, 100, 101, 154, 155, 156, 255, 256, 257, 4000]) {
  Deno.test(`a path of ${size} bytes is written whole`, async () => {
    const path = `${"d".repeat(40)}/`.repeat(100).slice(0, size - 1) + "e";
    const link: TarEntry<Bytes> = {
      type: "hardlink",
      path: "link",
      target: path,
      owner: OWNER,
      mtime: 1,
      mode: 0o644,
    };
    const entries = [file(path, "x"), link];
    assert.deepEqual(await read(bytesOf(entries)), entries.map(expected));
  });
}

Deno.test("tarSegments() states sizes beyond 8 GiB, without content that large", async () => {
  const size = 2 ** 33 + 7;
  const segments = tarSegments([{ ...file("large"), content: { size } }]);
  const header = segments.next().value as Uint8Array;
  const { value } = await readTar(streamOf(header))[Symbol.asyncIterator]().next();
  assert.equal(value?.type === "file" && value.size, size);
});

Deno.test("tarSegments() writes the same bytes as ever", () => {
  const tar = bytesOf([
    { type: "directory", path: "home", owner: { uid: 0, gid: 0 }, mode: 0o755, mtime: 315532800 },
    file("home/é", "hello\n"),
    { type: "symlink", path: "home/link", target: "é", owner: OWNER, mtime: 1 },
  ]);
  assert.equal(
    createHash("sha256").update(tar).digest("hex"),
    "2b24b87dd4e064b729cc2580f28363e3c190286847b6fbb8d2ff83f3898160d2",
  );
});

Deno.test("tarSegments() refuses one path twice, and links to what does not stand before them", () => {
  const link = {
    type: "hardlink",
    path: "b",
    target: "a",
    owner: OWNER,
    mtime: 1,
    mode: 1,
  } as const;
  assert.throws(() => bytesOf([file("a"), file("a")]), /"a" twice/);
  assert.throws(() => bytesOf([link]), /expected a file "a" before its hard link "b"/);
  assert.throws(() => bytesOf([link, file("a")]), RangeError);
  const folder = { type: "directory", path: "a", owner: OWNER, mtime: 1, mode: 1 } as const;
  assert.throws(() => bytesOf([folder, link]), RangeError);
});

toolTest({ name: "GNU tar lists what tarSegments() wrote", needs: ["tar"] }, async () => {
  await using folder = await temporaryFolder();
  const archive = join(folder.path, "x.tar");
  const long = `${"long/".repeat(50)}é`;
  await writeFile(
    archive,
    bytesOf([
      { type: "directory", path: "d", owner: { uid: 7, gid: 8 }, mode: 0o1777, mtime: 0 },
      file("d/setuid", "12345", { mode: 0o4755, owner: { uid: 3_000_000, gid: 0 } }),
      file(long, "x"),
      { type: "hardlink", path: "link", target: long, owner: OWNER, mtime: 1, mode: 0o644 },
    ]),
  );
  const { stdout } = await run("tar", [
    "--numeric-owner",
    "--quoting-style=literal",
    "-tvf",
    archive,
  ], {
    env: { TZ: "UTC", LC_ALL: "C.UTF-8" },
  });
  const lines = stdout.trim().split("\n").map((line) => line.replace(/\s+/g, " "));
  assert.deepEqual(lines, [
    "drwxrwxrwt 7/8 0 1970-01-01 00:00 d/",
    "-rwsr-xr-x 3000000/0 5 1970-01-01 00:00 d/setuid",
    `-rw-r--r-- 1000/1000 1 1970-01-01 00:00 ${long}`,
    `hrw-r--r-- 1000/1000 0 1970-01-01 00:00 link link to ${long}`,
  ]);
});
