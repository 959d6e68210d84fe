import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "../../src/bytes/mod.ts";
import {
  copyFile,
  createAtomicFile,
  fileSize,
  freeSpace,
  linkFile,
  mayLink,
  mayShareCopies,
  openFileStream,
  RandomReader,
  readFileBytes,
  readFileText,
  shareFileLock,
  sweepTemporaries,
  withFileLock,
  writeFileAtomic,
} from "../../src/files/mod.ts";
import { makePipe } from "../support/pipe.ts";
import { testOn } from "../support/tools.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "rcc-oci-files-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

Deno.test("createAtomicFile() shows nothing under the name before commit, and all of it after", () =>
  inFolder(async (folder) => {
    const path = join(folder, "target");
    {
      await using file = await createAtomicFile(path, { mode: 0o600 });
      file.write(bytes("one "));
      file.flushAhead();
      file.write(bytes("two"));
      assert.equal((await readdir(folder)).includes("target"), false);
      await file.commit();
    }
    assert.deepEqual(await readdir(folder), ["target"]);
    assert.equal(await readFile(path, "utf8"), "one two");
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  }));

Deno.test("createAtomicFile() leaves the old file and no other when it is not committed", () =>
  inFolder(async (folder) => {
    const path = join(folder, "target");
    await writeFile(path, "old");
    await assert.rejects(async () => {
      await using file = await createAtomicFile(path);
      file.write(bytes("new"));
      throw new Error("interrupted");
    }, /interrupted/);
    assert.deepEqual(await readdir(folder), ["target"]);
    assert.equal(await readFile(path, "utf8"), "old");
  }));

Deno.test("commit() that is stopped while the disk takes the bytes leaves the old file", () =>
  inFolder(async (folder) => {
    const path = join(folder, "target");
    await writeFile(path, "old");
    const stop = new AbortController();
    await assert.rejects(async () => {
      await using file = await createAtomicFile(path, { signal: stop.signal });
      file.write(bytes("new"));
      const committed = file.commit();
      stop.abort(new Error("interrupted"));
      await committed;
    }, /interrupted/);
    assert.deepEqual(await readdir(folder), ["target"]);
    assert.equal(await readFile(path, "utf8"), "old");
  }));

Deno.test("createAtomicFile() can be committed under a name that is known only at the end", () =>
  inFolder(async (folder) => {
    await using file = await createAtomicFile(join(folder, "unknown"));
    file.write(bytes("x"));
    await file.commit(join(folder, "known"));
    assert.deepEqual(await readdir(folder), ["known"]);
  }));

Deno.test("sweepTemporaries() removes what a gone process left and nothing of a living one", () =>
  inFolder(async (folder) => {
    await using living = await createAtomicFile(join(folder, "living"));
    const stale = join(folder, ".x.0.rcc-oci.tmp");
    await writeFile(stale, "half");
    await writeFile(join(folder, ".somebody.tmp"), "not ours");
    assert.deepEqual(await sweepTemporaries(folder), [stale]);
    assert.deepEqual(
      (await readdir(folder)).sort(),
      [".somebody.tmp", living.temporaryPath.slice(folder.length + 1)].sort(),
    );
    assert.deepEqual(await sweepTemporaries(join(folder, "missing")), []);
  }));

Deno.test("withFileLock() lets one at a time in, and tells the one who waits", () =>
  inFolder(async (folder) => {
    const lock = join(folder, "lock");
    const order: string[] = [];
    const release = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const first = withFileLock(lock, async () => {
      entered.resolve();
      await release.promise;
      order.push("first");
    });
    await entered.promise;
    const second = withFileLock(lock, () => Promise.resolve(order.push("second")), {
      onWait: () => release.resolve(),
    });
    await Promise.all([first, second]);
    assert.deepEqual(order, ["first", "second"]);
  }));

Deno.test("withFileLock() stops waiting with the signal's reason when it is aborted", () =>
  inFolder(async (folder) => {
    const lock = join(folder, "lock");
    const controller = new AbortController();
    const reason = new Error("interrupted");
    await withFileLock(lock, async () => {
      await assert.rejects(
        withFileLock(lock, () => Promise.resolve(), {
          signal: controller.signal,
          onWait: () => controller.abort(reason),
        }),
        reason,
      );
    });
  }));

Deno.test({
  ...testOn(
    "withFileLock() and shareFileLock() refuse a pipe, and wait for no writer",
    "no Windows",
  ),
  fn: () =>
    inFolder(async (folder) => {
      const path = join(folder, "lock");
      await makePipe(path);
      const refusal = {
        name: "Failure",
        message: /^failed to lock ".*": expected a file, found a pipe/,
      };
      await assert.rejects(withFileLock(path, () => Promise.resolve()), refusal);
      await assert.rejects(shareFileLock(path), refusal);
    }),
});

Deno.test("openFileStream() gives the part asked for, and fails when the file ends before", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    await writeFile(path, "0123456789");
    const part = await collect(await openFileStream(path, { offset: 2, size: 5 }), 100);
    assert.equal(new TextDecoder().decode(part), "23456");
    const rest = await collect(await openFileStream(path, { offset: 7 }), 100);
    assert.equal(new TextDecoder().decode(rest), "789");
    assert.equal((await collect(await openFileStream(path, { size: 0 }), 100)).length, 0);
    await assert.rejects(
      async () => await collect(await openFileStream(path, { offset: 8, size: 3 }), 100),
      /expected 3 bytes/,
    );
  }));

Deno.test("readFileBytes() refuses a file that is larger than the limit", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    await writeFileAtomic(path, bytes("12345"));
    assert.equal((await readFileBytes(path, { limit: 5 })).length, 5);
    await assert.rejects(readFileBytes(path, { limit: 4 }), RangeError);
  }));

Deno.test("readFileBytes() reads files of every size around its buffers whole", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    for (const size of [0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3_000_000]) {
      const content = crypto.getRandomValues(new Uint8Array(size % 65536)).toString().repeat(9)
        .slice(0, size).padEnd(size, "x");
      await writeFile(path, content);
      assert.equal(await readFileText(path), content);
      assert.equal((await readFileBytes(path, { limit: size })).length, size);
    }
  }));

Deno.test({
  ...testOn("readFileBytes() counts what it reads, whatever size a file says it has", "linux"),
  async fn() {
    assert.ok((await readFileText("/proc/self/status")).length > 100);
    await assert.rejects(readFileBytes("/dev/zero", { limit: 1_000_000 }), /found 1000001$/);
    assert.equal((await readFileBytes("/dev/null")).length, 0);
  },
});

Deno.test({
  ...testOn(
    "readFileBytes() and openFileStream() refuse what is no file, and wait for no writer",
    "no Windows",
  ),
  fn: () =>
    inFolder(async (folder) => {
      const path = join(folder, "pipe");
      await makePipe(path);
      for (const open of [readFileBytes, openFileStream]) {
        await assert.rejects(open(path), new RangeError("expected a file, found a pipe"));
        await assert.rejects(open(folder), new RangeError("expected a file, found a folder"));
      }
    }),
});

Deno.test("RandomReader reads at any offset and refuses to read past the end", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    await writeFile(path, "0123456789");
    using reader = new RandomReader(path);
    const buffer = new Uint8Array(4);
    for (const offset of [6, 0, 4, 3]) {
      reader.read(offset, buffer);
      assert.equal(new TextDecoder().decode(buffer), "0123456789".slice(offset, offset + 4));
    }
    assert.equal(reader.size, 10);
    assert.throws(() => reader.read(7, buffer), RangeError);
  }));

Deno.test("copyFile() makes a file of its own", () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, "a"), "content");
    await copyFile(join(folder, "a"), join(folder, "b"));
    await writeFile(join(folder, "a"), "changed");
    assert.equal(await readFile(join(folder, "b"), "utf8"), "content");
  }));

Deno.test("linkFile() gives a file another name, in the place of what is there", () =>
  inFolder(async (folder) => {
    const [a, b] = [join(folder, "a"), join(folder, "b")];
    await writeFile(a, "content");
    for (let times = 0; times < 2; times++) {
      assert.equal(await linkFile(a, b), true);
      assert.equal((await stat(a)).ino, (await stat(b)).ino);
    }
    await writeFile(join(folder, "c"), "other");
    assert.equal(await linkFile(join(folder, "c"), b), true);
    assert.equal(await readFile(b, "utf8"), "other");
    assert.equal(await readFile(a, "utf8"), "content");
    assert.equal(await linkFile(join(folder, "none"), join(folder, "d")), false);
    assert.equal(await linkFile(a, join(folder, "no-folder", "d")), false);
    await mkdir(join(folder, "taken"));
    assert.equal(await linkFile(a, join(folder, "taken")), false);
    assert.deepEqual((await readdir(folder)).sort(), ["a", "b", "c", "taken"]);
  }));

Deno.test("linkFile() leaves no moment without a file, however many link at once", () =>
  inFolder(async (folder) => {
    const sources = ["a", "b", "c"].map((name) => join(folder, name));
    const to = join(folder, "to");
    await Promise.all([...sources, to].map((path) => writeFile(path, "content")));
    await Promise.all(sources.map(async (from) => {
      for (let times = 0; times < 100; times++) {
        assert.equal(await linkFile(from, to), true);
        assert.equal((await stat(to)).size, 7);
      }
    }));
  }));

Deno.test("mayLink() is for files of one's own on the same file system of Linux", () =>
  inFolder(async (folder) => {
    const own = join(folder, "own");
    await mkdir(own);
    const to = join(folder, "not", "yet");
    const isExpected = Deno.build.os === "linux" && !await mayShareCopies(own, to);
    assert.equal(await mayLink(own, to), isExpected);
    if (Deno.build.os !== "linux") return;
    assert.equal(await mayLink(own, "/proc/self"), false);
    await writeFile(join(folder, "file"), "");
    assert.equal(await mayLink(own, join(folder, "file", "below")), false);
    if (Deno.uid() !== 0) return;
    await Deno.chown(own, 1234, 1234);
    assert.equal(await mayLink(own, to), false);
  }));

Deno.test("freeSpace() asks the nearest folder that exists", () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, "there"));
    const space = await freeSpace(join(folder, "there", "not", "yet"));
    assert.ok(space.bytes > 0);
  }));

Deno.test("fileSize() gives the size of a file, and of nothing else", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    await writeFile(path, "12345");
    await symlink("file", join(folder, "link"));
    assert.deepEqual([path, join(folder, "link")].map(fileSize), [5, 5]);
    for (const other of [folder, join(folder, "none"), join(path, "below")]) {
      assert.equal(fileSize(other), undefined, other);
    }
  }));
