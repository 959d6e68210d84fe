import assert from "node:assert/strict";
import { Tree } from "../../src/base/mod.ts";
import { dir, file, openLayers, symlink } from "./images.ts";

/** A tree with links of every kind on the way. */
async function linked(): Promise<Tree> {
  const { tree } = await openLayers([
    dir("usr"),
    dir("usr/bin"),
    file("usr/bin/sh", "#!"),
    dir("usr/lib"),
    dir("var"),
    dir("var/empty", "0000700\0"),
    symlink("bin", "usr/bin"),
    symlink("lib64", "/usr/lib"),
    symlink("home", "var/home"),
    symlink("var/home", "../data//homes/."),
    symlink("usr/up", "../.."),
    symlink("usr/bin/self", "."),
    symlink("root", "/"),
    symlink("loop", "loop"),
    symlink("ping", "pong"),
    symlink("pong", "./ping"),
  ]);
  return tree;
}

Deno.test("Tree.get() follows no symlink, and takes paths with slashes at their ends", async () => {
  const tree = await linked();
  assert.equal(tree.get("bin")?.type, "symlink");
  assert.equal(tree.get("bin/sh"), undefined);
  assert.equal(tree.get("usr/bin/sh")?.type, "file");
  assert.equal(tree.get("/usr//bin/")?.type, "directory");
  assert.equal(tree.get("")?.type, "directory");
  assert.equal(tree.get("/")?.type, "directory");
  assert.equal(tree.get("usr/bin/sh/deeper"), undefined);
});

Deno.test("Tree.resolve() follows symlinks as a container does", async () => {
  const tree = await linked();
  const cases: Readonly<Record<string, string>> = {
    "/": "",
    "usr/bin/sh": "usr/bin/sh",
    "/bin/sh": "usr/bin/sh",
    "bin": "usr/bin",
    "lib64/x.so": "usr/lib/x.so",
    "home/robot/app": "data/homes/robot/app",
    "bin/../lib/y": "usr/lib/y",
    "usr/up/usr/up/bin": "usr/bin",
    "usr/bin/self/self/self/sh": "usr/bin/sh",
    "root/root/home": "data/homes",
    "../../etc/passwd": "etc/passwd",
    "none/../bin/sh": "usr/bin/sh",
    "none/of/./this//exists": "none/of/this/exists",
    "usr/bin/sh/x/../y": "usr/bin/sh/y",
  };
  for (const [path, resolved] of Object.entries(cases)) {
    assert.equal(tree.resolve(path), resolved, path);
  }
});

Deno.test("Tree.resolve() refuses symlinks that form a cycle", async () => {
  const tree = await linked();
  for (const path of ["loop", "ping/x", "usr/up/pong"]) {
    assert.throws(() => tree.resolve(path), RangeError, path);
  }
});

Deno.test("Tree.resolve() follows as many symlinks as the kernel, and no more", async () => {
  const chain = (length: number) =>
    Array.from({ length }, (_, i) => symlink(`l${i}`, i + 1 === length ? "end" : `l${i + 1}`));
  assert.equal((await openLayers(chain(40))).tree.resolve("l0"), "end");
  const { tree } = await openLayers(chain(41));
  assert.throws(() => tree.resolve("l0"), /at most 40 symlinks/);
});

Deno.test("Tree.find() gives what a container finds, nothing for an endless link", async () => {
  const tree = await linked();
  assert.deepEqual(tree.find("/bin/sh"), { path: "usr/bin/sh", node: tree.get("usr/bin/sh") });
  assert.equal(tree.find("home"), undefined);
  assert.equal(tree.find("loop"), undefined);
});

Deno.test("Tree.children() lists a folder's names, sorted", async () => {
  const tree = await linked();
  assert.deepEqual(tree.children("usr"), ["bin", "lib", "up"]);
  assert.deepEqual(tree.children("bin"), []);
  assert.deepEqual(tree.children("usr/bin/sh"), []);
  assert.deepEqual(tree.children("none"), []);
  assert.ok(tree.children("/").includes("var"));
});

Deno.test("Tree.entries() follows each folder by what is in it", async () => {
  const { tree } = await openLayers([
    file("a/b"),
    file("a-b"),
    dir("a"),
    file("é"),
    file("a/a"),
  ]);
  const paths = [...tree.entries()].map(([path]) => path);
  assert.deepEqual(paths, ["", "a", "a/a", "a/b", "a-b", "é"]);
});

Deno.test("an empty Tree has a root alone", () => {
  const tree = new Tree();
  assert.deepEqual([...tree.entries()].map(([path]) => path), [""]);
  assert.equal(tree.get("/")?.mode, 0o755);
  assert.equal(tree.resolve("/etc/../x"), "x");
});
