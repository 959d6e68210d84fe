import assert from "node:assert/strict";
import { join } from "node:path";
import {
  createAtomicFile,
  makeFolder,
  removeUnused,
  useFolder,
  writing,
} from "../../src/files/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { testOn } from "../support/tools.ts";

const refusing = (code: string) => () =>
  Promise.reject(Object.assign(new Error(`os says ${code}`), { code }));

for (
  const [code, id, message] of [
    ["ENOSPC", "output/no-space", /in "\/tmp": no space is left, free some or name another place$/],
    ["EDQUOT", "output/no-space", /your quota is used up, free some space or name another place$/],
    ["EFBIG", "output/no-space", /a file of this size does not fit there, name another place$/],
    ["EROFS", "output/read-only", /its file system is read-only, name another place$/],
    ["EACCES", "output/unwritable", /it is not writable for you, name another place$/],
    ["EPERM", "output/unwritable", /it is not writable for you, name another place$/],
    ["EIO", "output/unwritable", /the disk reports an error, check it or name another place$/],
    ["EBUSY", "output/unwritable", /the system says EBUSY, name another place$/],
    ["EMFILE", "rcc/open-files", /^failed to open another file: .* with `ulimit -n 1024`$/],
    ["ENFILE", "rcc/open-files", /^failed to open another file: .* with `ulimit -n 1024`$/],
  ] as const
) {
  Deno.test(`writing() says ${code} with its cure`, async () => {
    await assert.rejects(writing("/tmp", refusing(code)), { id, message });
  });
}

Deno.test({
  ...testOn("writing() knows an error that has a number alone", "linux"),
  async fn() {
    const error = new Error("File too large (os error 27)");
    await assert.rejects(writing("/tmp", () => Promise.reject(error)), {
      id: "output/no-space",
      message: /a file of this size does not fit there, name another place$/,
    });
  },
});

Deno.test("writing() names what else helps, where the caller knows it", async () => {
  await assert.rejects(
    writing("/tmp", refusing("EROFS"), { otherwise: "set CACHE" }),
    /read-only, set CACHE$/,
  );
});

Deno.test("writing() leaves other errors as they are", async () => {
  const error = new Error("a bug");
  await assert.rejects(writing("/tmp", () => Promise.reject(error)), error);
});

Deno.test("createAtomicFile() and makeFolder() say where nothing can be written", async () => {
  await using folder = await temporaryFolder();
  const gone = join(folder.path, "gone", "file");
  await assert.rejects(createAtomicFile(gone), { id: "output/unwritable", message: /is gone/ });
  await Deno.writeTextFile(join(folder.path, "file"), "");
  await assert.rejects(makeFolder(join(folder.path, "file", "folder")), {
    id: "output/unwritable",
  });
});

Deno.test("makeFolder() makes those above it too, and takes one that is there", async () => {
  await using folder = await temporaryFolder();
  const deep = join(folder.path, "a", "b", "c");
  await makeFolder(deep);
  await makeFolder(deep);
  assert.ok((await Deno.stat(deep)).isDirectory);
});

Deno.test("removeUnused() removes no folder that is in use, nor one to be kept", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "layout");
  const isThere = () => Deno.stat(path).then(() => true, () => false);
  await Deno.mkdir(path);
  {
    using one = await useFolder(path);
    using other = await useFolder(path);
    assert.ok(one !== undefined && other !== undefined);
    await removeUnused(path, () => Promise.resolve(false));
    assert.equal(await isThere(), true);
  }
  await removeUnused(path, () => Promise.resolve(true));
  assert.equal(await isThere(), true);
  await removeUnused(path, () => Promise.resolve(false));
  assert.equal(await isThere(), false);
  await removeUnused(path, () => Promise.resolve(false));
});

Deno.test("useFolder() knows when the folder has gone", async () => {
  await using folder = await temporaryFolder();
  assert.equal(await useFolder(join(folder.path, "gone")), undefined);
});
