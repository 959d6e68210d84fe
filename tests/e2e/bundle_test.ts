/** What `rcc robot bundle` makes is a robot like others. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { tinyBundle } from "../support/bundle_of.ts";
import { fixturePath } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";

toolTest({
  name: "build -r bundle.py makes the image of the bundle's robot, and leaves nothing behind",
  needs: ["apt", "cc"],
}, async () => {
  await using folder = await temporaryFolder();
  const bundle = join(folder.path, "tiny.py");
  await writeFile(bundle, await tinyBundle());
  const cache = join(folder.path, "cache");
  const env = { SOURCE_DATE_EPOCH: "1700000000", TMPDIR: folder.path };
  const common = ["--base-image", `oci:${await busyboxBase()}`, "--rcc-exec", await standinRcc()];
  const build = async (args: readonly string[]) => {
    const result = await runProgram([...args, ...common, "--task", "Hello"], {
      cache,
      cwd: folder.path,
      env,
    });
    assert.equal(result.code, 0, result.stderr);
    return result.stdout;
  };
  const metadata = join(folder.path, "metadata.json");
  const out = ["--save", join(folder.path, "image.tar"), "--metadata-file", metadata];
  const stdout = await build(["build", "-r", bundle, ...out]);
  assert.match(stdout, /^Image {3}tiny:20231114-221320$/m, "named as the bundle is");
  const bundled = JSON.parse(await readFile(metadata, "utf8"));
  const robot = ["-r", fixturePath("tiny", "robot"), "--exclude", ".gitignore"];
  const library = ["--hololib", fixturePath("tiny", "hololib.zip"), "-t", "tiny:1"];
  await build(["build", ...robot, ...library, ...out]);
  const plain = JSON.parse(await readFile(metadata, "utf8"));
  const diffIds = ({ layers }: { layers: { diffId: string }[] }) =>
    layers.map(({ diffId }) => diffId);
  assert.deepEqual(diffIds(bundled), diffIds(plain), "the same files");
  await build(["doctor", "-r", bundle]);
  await build(["build", "-r", bundle, "--plan"]);
  await build(["dockerfile", "-r", bundle, "--context", join(folder.path, "context")]);
  const text = await runProgram(["dockerfile", "-r", bundle], { cache, cwd: folder.path, env });
  assert.equal(text.code, 2);
  assert.match(
    text.stderr,
    /its context is the robot's folder, and ".*" is a bundle, write a whole/,
  );
  const left = (await readdir(folder.path)).filter((name) => name.startsWith("rcc-oci-bundle-"));
  assert.deepEqual(left, []);
});
