import assert from "node:assert/strict";
import { join } from "node:path";
import { arm64Base, asDockerArchive, baseOf, glibcBase, layerOf, muslBase } from "./bases.ts";
import { mergedTree } from "./verify_image.ts";
import { run, toolTest } from "./tools.ts";
import { temporaryFolder } from "./temporary_folder.ts";

Deno.test("baseOf() makes an image once, and another for another layer", async () => {
  const file = (content: string) => ({ layers: [layerOf([{ path: "a", content }])] });
  assert.equal(await baseOf(file("one")), await baseOf(file("one")));
  assert.notEqual(await baseOf(file("one")), await baseOf(file("two")));
});

toolTest({ name: "arm64Base() is for arm64 alone", needs: ["skopeo"] }, async () => {
  const { stdout } = await run("skopeo", [
    "inspect",
    "--raw",
    "--config",
    `oci:${await arm64Base()}:base`,
  ]);
  assert.equal(JSON.parse(stdout).architecture, "arm64");
});

toolTest({ name: "muslBase() has musl's loader and no glibc", needs: ["umoci"] }, async () => {
  const tree = await mergedTree(await muslBase());
  assert.ok(tree.has("lib/ld-musl-x86_64.so.1"));
  assert.ok(!tree.has("lib64"));
});

toolTest(
  { name: "glibcBase() defines symbol versions up to its own", needs: ["cc", "umoci"] },
  async () => {
    await using folder = await temporaryFolder();
    const bundle = join(folder.path, "bundle");
    await run("umoci", ["unpack", "--image", `${await glibcBase(17)}:base`, bundle]);
    for (const name of ["libc.so.6", "ld-linux-x86-64.so.2"]) {
      const path = join(bundle, "rootfs/lib64", name);
      const { stdout } = await run("readelf", ["--version-info", "--wide", path]);
      assert.match(stdout, /Name: GLIBC_2\.2\.5\b/);
      assert.match(stdout, /Name: GLIBC_2\.17\b/);
      assert.doesNotMatch(stdout, /Name: GLIBC_2\.18\b/);
    }
  },
);

toolTest(
  { name: "asDockerArchive() makes what docker saves", needs: ["skopeo", "cc"] },
  async () => {
    const archive = await asDockerArchive(await glibcBase(17));
    const { stdout } = await run("tar", ["-xOf", archive, "manifest.json"]);
    const [{ RepoTags, Layers }] = JSON.parse(stdout);
    assert.deepEqual(RepoTags, ["example.test/base:1"]);
    assert.equal(Layers.length, 1);
  },
);
