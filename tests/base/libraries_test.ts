import assert from "node:assert/strict";
import { dir, file, hardlink, openLayers, symlink } from "./images.ts";

const libc = (...versions: readonly string[]) =>
  `\x7fELF${versions.map((version) => `\0GLIBC_${version}`).join("")}\0GLIBC_PRIVATE\0`;

Deno.test("openBase() finds Debian's interpreter and C library, with their versions", async () => {
  const { libraries } = await openLayers([
    dir("usr/lib/x86_64-linux-gnu"),
    symlink("lib", "usr/lib"),
    symlink("lib64", "usr/lib64"),
    symlink("usr/lib64/ld-linux-x86-64.so.2", "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
    file("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", libc("2.2.5", "2.35", "2.3")),
    file("usr/lib/x86_64-linux-gnu/libc.so.6", libc("2.2.5", "2.36", "2.4")),
  ]);
  const ld = "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2";
  const so = "usr/lib/x86_64-linux-gnu/libc.so.6";
  assert.deepEqual(libraries, [
    { path: "/lib64/ld-linux-x86-64.so.2", file: ld, glibc: "2.35" },
    { path: "/lib/x86_64-linux-gnu/libc.so.6", file: so, glibc: "2.36" },
    { path: "/usr/lib/x86_64-linux-gnu/libc.so.6", file: so, glibc: "2.36" },
  ]);
});

Deno.test("openBase() finds the C library behind links of another name and another layer", async () => {
  const { libraries } = await openLayers(
    [file("lib64/libc-2.28.so", libc("2.28")), file("lib64/old", libc("2.99"))],
    [hardlink("lib64/libc.so.6", "lib64/libc-2.28.so"), file("lib64/.wh.libc-2.28.so")],
  );
  assert.deepEqual(libraries, [
    { path: "/lib64/libc.so.6", file: "lib64/libc.so.6", glibc: "2.28" },
  ]);
});

Deno.test("openBase() finds musl's interpreter, which names no version of glibc", async () => {
  const { libraries } = await openLayers([
    file("lib/ld-musl-x86_64.so.1", "\x7fELF musl"),
    symlink("lib/libc.musl-x86_64.so.1", "ld-musl-x86_64.so.1"),
  ]);
  assert.deepEqual(libraries, [
    { path: "/lib/ld-musl-x86_64.so.1", file: "lib/ld-musl-x86_64.so.1" },
  ]);
});

Deno.test("openBase() takes no folder and no dangling link for a library", async () => {
  const { libraries } = await openLayers([
    dir("lib64/libc.so.6"),
    symlink("lib64/ld-linux-x86-64.so.2", "/none"),
    symlink("lib/ld-musl-x86_64.so.1", "ld-musl-x86_64.so.1"),
  ]);
  assert.deepEqual(libraries, []);
});

Deno.test("openBase() finds a version wherever a chunk of a large library ends", async () => {
  // Streams give chunks of 64 KiB and the like: the version stands at each place about such a border.
  for (let before = 65536 - 520; before < 65536 + 12; before += 3) {
    const content = new Uint8Array(200_000);
    content.set(new TextEncoder().encode("GLIBC_2.2.5\0"), 10);
    content.set(new TextEncoder().encode("GLIBC_2.38\0"), before);
    const { libraries } = await openLayers([file("lib64/libc.so.6", content)]);
    assert.equal(libraries[0]?.glibc, "2.38");
  }
});

Deno.test("openBase() compares versions by their numbers", async () => {
  const { libraries } = await openLayers([
    file("lib64/libc.so.6", libc("2.9", "2.10", "1.99", "2.3.4", "99999.1")),
  ]);
  assert.equal(libraries[0]?.glibc, "2.10");
});
