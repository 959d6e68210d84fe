import assert from "node:assert/strict";
import fc from "fast-check";
import { collect, concat, streamOf } from "../../src/bytes/mod.ts";
import { readTar, type TarEntry, type TarMember, tarSegments } from "../../src/tar/mod.ts";
import { bytesOf, pax, type RawMember, rawMember, rawTar } from "./raw_tar.ts";

/** What was read: a member without its stream, and its content as text. */
type Seen = Record<string, unknown> & { readonly path: string };

async function readAll(bytes: Uint8Array, chunkSize = bytes.length): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const member of readTar(inChunks(bytes, chunkSize))) seen.push(await see(member));
  return seen;
}

async function see(member: TarMember): Promise<Seen> {
  if (member.type !== "file") return { ...member };
  const { content, isSparse, ...rest } = member;
  assert.equal(isSparse, false);
  return { ...rest, text: new TextDecoder().decode(await collect(content, 1024 * 1024)) };
}

function inChunks(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i += size) chunks.push(bytes.slice(i, i + size));
  return streamOf(...chunks);
}

async function readOne(...members: readonly RawMember[]): Promise<Seen> {
  const seen = await readAll(rawTar(...members));
  assert.equal(seen.length, 1);
  return seen[0]!;
}

async function refuses(bytes: Uint8Array, message: RegExp): Promise<void> {
  await assert.rejects(readAll(bytes), (error: Error) => {
    assert.ok(error instanceof SyntaxError, String(error));
    assert.match(error.message, message);
    return true;
  });
}

const COMMON = { mode: 0o644, uid: 0, gid: 0, mtime: 0, xattrs: [] };

Deno.test("readTar() reads every type of member", async () => {
  const archive = rawTar(
    { name: "./", typeflag: "5", mode: "0001777\0" },
    { name: "etc/", typeflag: "5", mode: "0040755\0" },
    { name: "./etc/passwd", content: "root" },
    { name: "/bin/sh", typeflag: "2", linkname: "../usr/./bin//dash" },
    { name: "hard", typeflag: "1", linkname: "./etc//passwd" },
    { name: "dev/null", typeflag: "3" },
    { name: "dev/sda", typeflag: "4" },
    { name: "pipe", typeflag: "6" },
    { name: "contiguous", typeflag: "7", content: "c" },
  );
  assert.deepEqual(await readAll(archive), [
    { type: "directory", path: "", ...COMMON, mode: 0o1777 },
    { type: "directory", path: "etc", ...COMMON, mode: 0o755 },
    { type: "file", path: "etc/passwd", ...COMMON, size: 4, offset: 1536, text: "root" },
    { type: "symlink", path: "bin/sh", ...COMMON, target: "../usr/./bin//dash" },
    { type: "hardlink", path: "hard", ...COMMON, target: "etc/passwd" },
    { type: "character", path: "dev/null", ...COMMON },
    { type: "block", path: "dev/sda", ...COMMON },
    { type: "fifo", path: "pipe", ...COMMON },
    { type: "file", path: "contiguous", ...COMMON, size: 1, offset: 5120, text: "c" },
  ]);
});

Deno.test("readTar() takes an entry of Unix V7 that ends in a slash for a folder", async () => {
  const seen = await readAll(rawTar(
    { name: "old/", typeflag: "\0", magic: "" },
    { name: "old/file", typeflag: "\0", magic: "", content: "x" },
    { name: "new/", typeflag: "0", content: "y" },
  ));
  assert.deepEqual(seen.map(({ path, type }) => [path, type]), [
    ["old", "directory"],
    ["old/file", "file"],
    ["new", "file"],
  ]);
});

Deno.test("readTar() joins prefix and name in POSIX headers only", async () => {
  assert.equal((await readOne({ name: "b", prefix: "a/long" })).path, "a/long/b");
  assert.equal((await readOne({ name: "b", prefix: "\x01\x02", magic: "ustar  \0" })).path, "b");
});

Deno.test("readTar() reads a name of 99 and of 100 bytes, and a prefix of 155", async () => {
  for (const size of [99, 100]) {
    const name = "n".repeat(size);
    const prefix = "p".repeat(155);
    assert.equal((await readOne({ name, prefix })).path, `${prefix}/${name}`);
  }
});

Deno.test("readTar() lets PAX records speak for the next member only", async () => {
  const long = "é/".repeat(200) + "end";
  const [first, second] = await readAll(rawTar(
    pax({ path: long, mtime: "1610000000.75", uid: "3000000", gid: "4294967294" }),
    { name: "short", content: "x" },
    { name: "other" },
  ));
  assert.deepEqual(
    { path: first!.path, mtime: first!.mtime, uid: first!.uid, gid: first!.gid },
    { path: long, mtime: 1610000000, uid: 3000000, gid: 4294967294 },
  );
  assert.equal(second!.path, "other");
  assert.equal(second!.uid, 0);
});

Deno.test("readTar() reads size and linkpath from PAX records", async () => {
  const file = await readOne(pax({ size: "3" }), {
    name: "f",
    size: "00000000000\0",
    content: "abc",
  });
  assert.equal(file.text, "abc");
  const link = await readOne(pax({ linkpath: "/the/target" }), {
    name: "l",
    typeflag: "2",
    linkname: "cut",
  });
  assert.equal(link.target, "/the/target");
});

Deno.test("readTar() cuts a fraction of a second off towards the past", async () => {
  assert.equal((await readOne(pax({ mtime: "-1.5" }), { name: "f" })).mtime, -2);
});

Deno.test("readTar() lets global PAX records speak for all members, and the member's own win", async () => {
  const seen = await readAll(rawTar(
    pax({ uid: "7", comment: "made by a version control system" }, "g"),
    { name: "a" },
    pax({ uid: "8" }),
    { name: "b" },
    pax({ uid: "" }),
    { name: "c", uid: "0000011\0" },
    pax({ uid: "" }, "g"),
    { name: "d" },
  ));
  assert.deepEqual(seen.map(({ path, uid }) => [path, uid]), [["a", 7], ["b", 8], ["c", 9], [
    "d",
    0,
  ]]);
});

Deno.test("readTar() refuses global PAX records of one path or size", async () => {
  for (const keyword of ["path", "linkpath", "size", "GNU.sparse.major"]) {
    await refuses(rawTar(pax({ [keyword]: "1" }, "g"), { name: "a" }), /for one member/);
  }
});

Deno.test("readTar() reads GNU's long names and long link names", async () => {
  const seen = await readOne(
    { name: "././@LongLink", typeflag: "L", content: "p/".repeat(300) + "name\0" },
    { name: "././@LongLink", typeflag: "K", content: "t/".repeat(300) + "target\0" },
    { name: "p/p", typeflag: "2", linkname: "t/t", magic: "ustar  \0" },
  );
  assert.equal(seen.path, "p/".repeat(300) + "name");
  assert.equal(seen.target, "t/".repeat(300) + "target");
});

Deno.test("readTar() reads binary numbers, negative times too", async () => {
  const binary = (size: number, value: bigint) => {
    const field = new Uint8Array(size);
    for (let i = size - 1, rest = value; i >= 0; i--, rest >>= 8n) field[i] = Number(rest & 0xffn);
    field[0]! |= 0x80;
    return field;
  };
  const seen = await readOne({
    name: "f",
    uid: binary(8, 3_000_000n),
    gid: binary(8, 4_294_967_294n),
    mtime: binary(12, -315_619_200n),
  });
  assert.deepEqual([seen.uid, seen.gid, seen.mtime], [3_000_000, 4_294_967_294, -315_619_200]);
  await refuses(rawTar({ name: "f", size: binary(12, -1n) }), /"size" not below zero/);
  await refuses(rawTar({ name: "f", size: binary(12, 2n ** 60n) }), /number as "size"/);
});

Deno.test("readTar() reads the header of a member of 9 TiB", async () => {
  const binarySize = new Uint8Array([0x80, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0]);
  const forms = [
    rawMember({ name: "huge", size: binarySize }),
    concat([rawMember(pax({ size: "9895604649984" })), rawMember({ name: "huge" })]),
  ];
  for (const bytes of forms) {
    const members = readTar(streamOf(bytes));
    const { value } = await members.next();
    assert.ok(value !== undefined && value.type === "file");
    assert.equal(value.size, 9895604649984);
    await assert.rejects(members.next(), /expected 9895604649984 bytes at byte 1*[0-9]+, found 0/);
  }
});

Deno.test("readTar() takes numbers with spaces or without an end, and none for zero", async () => {
  const seen = await readOne({
    name: "f",
    mode: "   755 \0",
    uid: "00000017",
    gid: "\0\0\0\0\0\0\0\0",
  });
  assert.deepEqual([seen.mode, seen.uid, seen.gid], [0o755, 15, 0]);
  await refuses(rawTar({ name: "f", uid: "12x4567\0" }), /expected a number as "uid"/);
  await refuses(rawTar({ name: "f", mtime: "8\0" }), /expected a number as "mtime"/);
});

Deno.test("readTar() keeps names that are not UTF-8 apart, and a byte order mark", async () => {
  const seen = await readAll(rawTar(
    { name: new Uint8Array([0x63, 0xe9]) },
    { name: new Uint8Array([0x63, 0xe8]) },
    { name: new Uint8Array([0xe2, 0x82, 0xac, 0xff, 0xe2, 0x82, 0xc3, 0xa9]) },
    { name: new Uint8Array([0xed, 0xb3, 0xa9]) },
    { name: "\ufeffbom" },
  ));
  assert.deepEqual(seen.map(({ path }) => path), [
    "c\udce9",
    "c\udce8",
    "€\udcff\udce2\udc82é",
    "\udced\udcb3\udca9",
    "\ufeffbom",
  ]);
});

Deno.test("readTar() notices extended attributes, binary ones too", async () => {
  const seen = await readOne(
    pax({
      "SCHILY.xattr.security.capability": "\x01\0\n=\x02",
      "LIBARCHIVE.xattr.user.x": "eA==",
      comment: "no attribute",
    }),
    { name: "ping" },
  );
  assert.deepEqual(seen.xattrs, ["security.capability", "user.x"]);
});

/** "ab", five zeros, "cd", three zeros. */
const HOLES = "ab\0\0\0\0\0cd\0\0\0";

Deno.test("readTar() fills the holes of sparse files of every PAX form", async () => {
  const repeated = ["2", "0", "2", "7", "2"]
    .map((value, i) =>
      `GNU.sparse.${i === 0 ? "numblocks" : i % 2 ? "offset" : "numbytes"}=${value}`
    )
    .map((record) => `${record.length + 4} ${record}\n`).join("");
  const forms: Readonly<Record<string, readonly RawMember[]>> = {
    "0.0": [
      { name: "x", typeflag: "x", content: `22 GNU.sparse.size=12\n${repeated}` },
      { name: "s", content: "abcd" },
    ],
    "0.1": [
      pax({ "GNU.sparse.size": "12", "GNU.sparse.map": "0,2,7,2", "GNU.sparse.name": "s" }),
      { name: "GNUSparseFile.1/s", content: "abcd" },
    ],
    "1.0": [
      pax({
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.realsize": "12",
        "GNU.sparse.name": "s",
      }),
      { name: "GNUSparseFile.1/s", content: `${"2\n0\n2\n7\n2\n".padEnd(512, "\0")}abcd` },
    ],
  };
  for (const [form, members] of Object.entries(forms)) {
    const found: unknown[] = [];
    for await (
      const member of readTar(streamOf(rawTar(...members, { name: "next", content: "n" })))
    ) {
      assert.ok(member.type === "file");
      const { path, size, isSparse } = member;
      const text = new TextDecoder().decode(await collect(member.content, 100));
      found.push({ path, size, isSparse, text });
    }
    assert.deepEqual(found, [
      { path: "s", size: 12, isSparse: true, text: HOLES },
      { path: "next", size: 1, isSparse: false, text: "n" },
    ], form);
  }
});

Deno.test("readTar() refuses the map of a sparse file that is none", async () => {
  const size = { "GNU.sparse.size": "12" };
  for (
    const [records, problem] of [
      [{ "GNU.sparse.map": "0,2" }, /expected a number in the map/],
      [{ ...size, "GNU.sparse.map": "0,2,7" }, /in pairs/],
      [{ ...size, "GNU.sparse.map": "0,2,1,2" }, /in order/],
      [{ ...size, "GNU.sparse.map": "0,2,11,2" }, /of at least 13 bytes, found 12/],
      [{ ...size, "GNU.sparse.map": "0,2,7,1" }, /expected 3 stored bytes .* found 4/],
      [{ ...size, "GNU.sparse.map": "-1,4" }, /expected a number/],
      [{ ...size, "GNU.sparse.map": "0x4,4" }, /expected a number/],
      [{ ...size, "GNU.sparse.map": "1,".repeat(131_074) + "1,1" }, /65536 parts/],
      [{ "GNU.sparse.major": "2", "GNU.sparse.minor": "0" }, /of form 1\.0/],
      [{ "GNU.sparse.size": "18446744073709551616" }, /expected a number/],
    ] as const
  ) {
    const members = [pax(records as Record<string, string>), { name: "s", content: "abcd" }];
    await refuses(rawTar(...members), problem);
  }
  const records = { "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "12" };
  for (const content of ["", "2\n", "9".repeat(512), "x\n", `${"1".repeat(600)}\n`]) {
    await refuses(rawTar(pax(records), { name: "s", content }), /sparse file/);
  }
  await refuses(rawTar({ name: "s", typeflag: "S" }), /expected a number in the map/);
});

Deno.test("readTar() refuses types that no engine unpacks", async () => {
  for (const typeflag of ["V", "M", "D", "A", "z"]) {
    await refuses(rawTar({ name: "v", typeflag }), /expected a type that containers know/);
  }
});

Deno.test("readTar() refuses paths and hard links with ..", async () => {
  await refuses(rawTar({ name: "a/../../etc/passwd" }), /expected a path without "\.\."/);
  await refuses(rawTar({ name: "..", typeflag: "5" }), /expected a path without/);
  await refuses(rawTar({ name: "h", typeflag: "1", linkname: "../x" }), /expected a path without/);
  assert.equal((await readOne({ name: "..a/b..", content: "" })).path, "..a/b..");
});

Deno.test("readTar() refuses a root that is no folder, a link to nothing, a NUL in a path", async () => {
  await refuses(rawTar({ name: "./" }), /expected a folder as "\.\/"/);
  await refuses(rawTar({ name: "" }), /expected a folder as ""/);
  await refuses(rawTar({ name: "l", typeflag: "2" }), /expected the target of the link "l"/);
  await refuses(rawTar(pax({ path: "a\0b" }), { name: "a" }), /no NUL/);
});

Deno.test("readTar() refuses a wrong checksum and says where", async () => {
  await refuses(
    rawTar({ name: "a" }, { name: "b", checksumError: 1 }),
    /header checksum [0-9]+, found [0-9]+ before byte 1024/,
  );
});

Deno.test("readTar() takes a checksum of signed bytes", async () => {
  const member = { name: "café" };
  // Two bytes above 0x7f, each 256 less when taken as signed.
  assert.equal((await readOne({ ...member, checksumError: -512 })).path, "café");
});

Deno.test("readTar() refuses what is no tar", async () => {
  await refuses(new Uint8Array(2048).fill(0x41), /checksum/);
  await refuses(bytesOf("hello"), /expected 512 bytes at byte 0, found 5/);
});

Deno.test("readTar() refuses PAX headers of another form", async () => {
  const bad = (content: string) => rawTar({ name: "x", typeflag: "x", content }, { name: "f" });
  for (
    const content of ["11 path=abc", "x path=abc\n", "99 path=abc\n", "12 path=abc\n\n", "0 a=b\n"]
  ) {
    await refuses(bad(content), /expected a PAX record/);
  }
  for (const content of ["6 =ab\n", "8 patha\n"]) {
    await refuses(bad(content), /expected a keyword/);
  }
  await refuses(rawTar(pax({ uid: "0x10" }), { name: "f" }), /number as PAX record "uid"/);
  await refuses(rawTar(pax({ size: "-1" }), { name: "f" }), /"size" not below zero/);
});

Deno.test("readTar() bounds what headers may hold", async () => {
  const large = { name: "x", typeflag: "x", size: "00004000001\0" };
  await refuses(rawTar(large), /at most 1048576 bytes of extended header, found 1048577/);
});

Deno.test("readTar() takes an archive without its blocks of zeros, or with one", async () => {
  const member = rawMember({ name: "f", content: "x" });
  for (const zeros of [0, 512, 1024, 10240]) {
    assert.equal((await readAll(concat([member, new Uint8Array(zeros)]))).length, 1);
  }
  await refuses(concat([member, new Uint8Array(512), member]), /second block of zeros/);
  assert.deepEqual(await readAll(new Uint8Array(0)), []);
});

Deno.test("readTar() refuses an archive cut off anywhere but between members", async () => {
  const whole = concat([
    rawMember(pax({ path: "name" })),
    rawMember({ name: "n", content: "content" }),
    rawMember({ name: "m" }),
  ]);
  for (let size = 1; size < whole.length; size += 101) {
    const isBetween = size === 2048;
    if (!isBetween) await refuses(whole.slice(0, size), /expected [0-9]+ bytes at byte [0-9]+/);
  }
});

Deno.test("readTar() reads the same whatever the chunks are", async () => {
  const archive = rawTar(
    pax({ path: "é".repeat(300) }),
    { name: "a", content: "a".repeat(1300) },
    { name: "empty" },
    { name: "b", content: "b".repeat(512) },
  );
  const expected = await readAll(archive);
  for (const size of [1, 7, 511, 512, 513, 1000, 4096]) {
    assert.deepEqual(await readAll(archive, size), expected);
  }
});

Deno.test("readTar() skips content that is not read, wholly or in part", async () => {
  const archive = rawTar(
    { name: "a", content: "a".repeat(5000) },
    { name: "b", content: "b".repeat(5000) },
    { name: "c", content: "c" },
  );
  const paths: string[] = [];
  for await (const member of readTar(inChunks(archive, 700))) {
    paths.push(member.path);
    if (member.path === "b" && member.type === "file") {
      for await (const _ of member.content) break;
    }
  }
  assert.deepEqual(paths, ["a", "b", "c"]);
});

Deno.test("readTar() refuses content that is read too late", async () => {
  const members = readTar(streamOf(rawTar({ name: "a", content: "abc" }, { name: "b" })));
  const { value } = await members.next();
  assert.ok(value !== undefined && value.type === "file");
  await members.next();
  await assert.rejects(collect(value.content, 10), /before the next member/);
});

Deno.test("readTar() reads the stream to its end, also behind the archive's", async () => {
  let ended = false;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(rawTar({ name: "a" }));
      controller.enqueue(new Uint8Array(4096));
    },
    pull(controller) {
      ended = true;
      controller.close();
    },
  }, { highWaterMark: 0 });
  for await (const _ of readTar(stream));
  assert.equal(ended, true);
});

Deno.test("readTar() cancels the stream when the loop is left", async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(rawMember({ name: "again" })),
    cancel: () => void (cancelled = true),
  });
  for await (const _ of readTar(stream)) break;
  assert.equal(cancelled, true);
});

Deno.test("readTar() stops waiting when its signal is aborted", async () => {
  const abort = new AbortController();
  let cancelled: unknown;
  const silent = new ReadableStream<Uint8Array>({ cancel: (reason) => void (cancelled = reason) });
  const members = readTar(silent, { signal: abort.signal });
  const waiting = assert.rejects(members.next(), /enough/);
  await Promise.resolve();
  abort.abort(new Error("enough"));
  await waiting;
  assert.equal(String(cancelled), "Error: enough");
});

Deno.test("readTar() fails with the stream's own error", async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error("disk on fire")),
  });
  await assert.rejects(readTar(stream).next(), /disk on fire/);
});

Deno.test("readTar() reads what tarSegments() wrote", async () => {
  const plain = { noNullPrototype: true };
  const part = fc.oneof(
    fc.string({ minLength: 1, maxLength: 120, unit: "grapheme" }),
    fc.constantFrom("é", "usr", "a b", ".x"),
  ).filter((text) => !/[/\0]/.test(text) && text !== "." && text !== "..");
  const path = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));
  const common = {
    path,
    owner: fc.record({ uid: fc.nat(5_000_000), gid: fc.nat(5_000_000) }, plain),
    mtime: fc.integer({ min: -(2 ** 33), max: 2 ** 36 }),
  };
  const mode = fc.nat(0o7777);
  const content = fc.uint8Array({ maxLength: 1500 }).map((bytes) => ({
    size: bytes.length,
    bytes,
  }));
  type Entry = TarEntry<{ size: number; bytes: Uint8Array }>;
  const entry: fc.Arbitrary<Entry> = fc.oneof(
    fc.record({ type: fc.constant("file" as const), ...common, mode, content }, plain),
    fc.record({ type: fc.constant("directory" as const), ...common, mode }, plain),
    fc.record({ type: fc.constant("symlink" as const), ...common, target: path }, plain),
  );
  const entries = fc.uniqueArray(entry, { selector: ({ path }) => path, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(entries, fc.integer({ min: 1, max: 3000 }), async (all, size) => {
      const bytes = concat(
        [...tarSegments(all)].map((segment) =>
          segment instanceof Uint8Array ? segment : segment.bytes
        ),
      );
      const seen: unknown[] = [];
      for await (const member of readTar(inChunks(bytes, size))) {
        const { type, path, mode, uid, gid, mtime } = member;
        const owner = { uid, gid };
        if (member.type === "file") {
          const read = await collect(member.content, 2000);
          seen.push({
            type,
            path,
            owner,
            mtime,
            mode,
            content: { size: member.size, bytes: read },
          });
        } else if (member.type === "symlink") {
          seen.push({ type, path, owner, mtime, target: member.target });
        } else {
          seen.push({ type, path, owner, mtime, mode });
        }
      }
      const normal = (bytes: Uint8Array) => new Uint8Array(bytes);
      assert.deepEqual(
        seen,
        all.map((entry) =>
          entry.type === "file"
            ? { ...entry, content: { ...entry.content, bytes: normal(entry.content.bytes) } }
            : { ...entry }
        ),
      );
    }),
  );
});
