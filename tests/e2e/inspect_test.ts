/** `inspect` of what `build` wrote, as a user meets it. */
import assert from "node:assert/strict";
import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asDockerArchive, busyboxBase } from "../support/bases.ts";
import { runProgram } from "../support/program.ts";
import { type RobotScene, robotScene } from "../support/robot_scene.ts";
import { run, toolTest } from "../support/tools.ts";

const NEEDS = ["apt", "cc"] as const;
const TIME = { env: { SOURCE_DATE_EPOCH: "1700000000" } };

async function build(scene: RobotScene, ...outputs: readonly string[]) {
  const base = `oci:${await busyboxBase()}`;
  const { code, stderr } = await scene.build(
    ["--base-image", base, "-t", "bot:1", ...outputs],
    TIME,
  );
  assert.equal(code, 0, stderr);
}

const inspect = (scene: RobotScene, ...args: readonly string[]) =>
  runProgram(["inspect", ...args], { cache: scene.cache, cwd: scene.folder });

toolTest({ name: "inspect says what an archive holds", needs: NEEDS }, async () => {
  await using scene = await robotScene();
  await build(scene, "--save", "image.tar");
  const { code, stdout, stderr } = await inspect(scene, "image.tar");
  assert.deepEqual([code, stderr], [0, ""]);
  for (
    const line of [
      /^Verifying\.\.\. OK$/m,
      /^Image +docker\.io\/library\/bot:1$/m,
      /^Digest +sha256:[0-9a-f]{64}$/m,
      /^Made +2023-11-14T22:13:20Z, for linux\/amd64$/m,
      /^User +1000:1000$/m,
      /^Starts +\/usr\/local\/bin\/rcc run --robot \/home\/robot\/app\/robot\.yaml$/m,
      /^ +RCC_NO_BUILD=1$/m,
      /^Holds +environment 95867f930bb13171, built by rcc v18\.18\.1$/m,
      /^Layers +base .*\n +runtime .*\n +environment .* {2}interpreter\n +environment .* {2}records\n/m,
      /^ +robot +.* sha256:[0-9a-f]{64}$/m,
    ]
  ) assert.match(stdout, line);
});

toolTest(
  { name: "inspect speaks of images and files, whatever is missing", needs: NEEDS },
  async () => {
    await using scene = await robotScene();
    await build(scene, "--save", "image.tar");
    const report = ["--report", "page.html"];
    for (
      const [args, message] of [
        [
          ["nofile.tar"],
          /^Error: failed to read image "nofile\.tar": there is no such file or folder/m,
        ],
        [
          ["Upper/Case"],
          /^Error: failed to read image "Upper\/Case": expected a name in lower case/m,
        ],
        [
          ["image.tar", ...report, "--compare", "none.tar"],
          /failed to read image "none\.tar": there is/,
        ],
        [
          ["image.tar", ...report, "--compare", "A/B"],
          /failed to read image "A\/B": expected a name/,
        ],
        [["debian", "--offline"], /^Error: failed to read image "debian": it is not in the cache/m],
      ] as const
    ) {
      const { code, stderr } = await inspect(scene, ...args);
      assert.notEqual(code, 0);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /base image|--base-image|registry-1/);
    }
  },
);

toolTest({ name: "inspect --files lists the merged tree", needs: NEEDS }, async () => {
  await using scene = await robotScene({
    robot: { "a file": "x", "link": { symlink: "a file" } },
    environment: (stage) => ({ "bin/hello": `#!/bin/sh\necho ${stage}\n` }),
  });
  await build(scene, "--oci-layout", "layout");
  const { stdout } = await inspect(scene, "oci:layout:1", "--files");
  assert.match(stdout, /^drwxr-xr-x 1000:1000 +0 \/home\/robot\/app$/m);
  assert.match(stdout, /^-rw-r--r-- 1000:1000 +1 \/home\/robot\/app\/a file$/m);
  assert.match(stdout, /^l.* 1000:1000 +0 \/home\/robot\/app\/link -> a file$/m);
  assert.match(stdout, /^drwxrwxrwt 0:0 +0 \/tmp$/m);
  assert.match(stdout, /^-rwxr-xr-x 1000:1000 +\d+ \/home\/dev\/.*\/bin\/hello$/m);
});

toolTest({ name: "inspect --json is one document", needs: NEEDS }, async () => {
  await using scene = await robotScene();
  await build(scene, "--oci-layout", "layout", "--metadata-file", "metadata.json");
  const { stdout, code } = await inspect(scene, "layout", "--json", "--files");
  assert.equal(code, 0);
  const { images: [image, ...others] } = JSON.parse(stdout);
  const metadata = JSON.parse(await readFile(join(scene.folder, "metadata.json"), "utf8"));
  assert.equal(others.length, 0);
  assert.equal(image.digest, metadata.imageDigest);
  assert.equal(image.catalog, scene.hash);
  assert.deepEqual(image.faults, []);
  assert.deepEqual(
    image.layers.map(({ digest, size, diffId }: Record<string, unknown>) => [digest, size, diffId]),
    metadata.layers.map((
      { digest, size, diffId }: Record<string, unknown>,
    ) => [digest, size, diffId]),
  );
  assert.deepEqual(Object.keys(image.parts), ["base", "runtime", "environment", "robot"]);
  const rcc = image.files.find(({ path }: { path: string }) => path === "/usr/local/bin/rcc");
  assert.deepEqual([rcc.type, rcc.mode, rcc.uid], ["file", "0755", 0]);
});

toolTest(
  { name: "inspect ends with 6 and a line for each damaged blob", needs: NEEDS },
  async () => {
    await using scene = await robotScene();
    await build(scene, "--oci-layout", "layout");
    const blobs = join(scene.folder, "layout/blobs/sha256");
    const layers = await Promise.all((await readdir(blobs)).map(async (name) => {
      const bytes = await readFile(join(blobs, name));
      return { name, bytes, isLayer: bytes[0] === 0x1f };
    }));
    const damaged = layers.filter(({ isLayer }) => isLayer).slice(0, 2);
    assert.equal(damaged.length, 2);
    for (const { name, bytes } of damaged) {
      bytes[100]! ^= 1;
      await chmod(join(blobs, name), 0o644);
      await writeFile(join(blobs, name), bytes);
    }
    const { code, stderr, stdout } = await inspect(scene, "layout");
    assert.equal(code, 6);
    assert.match(stdout, /^Verifying\.\.\. FAILED$/m);
    assert.match(stdout, /^Image +docker\.io\/library\/bot:1$/m);
    const lines = stderr.trim().split("\n");
    assert.equal(lines.length, 2);
    for (const { name } of damaged) {
      const line = `Error: failed to verify "layout": blob sha256:${name}: it is damaged: expected`;
      assert.ok(lines.some((found) => found.startsWith(line)), stderr);
    }
  },
);

toolTest(
  { name: "inspect finds whichever blob of an image is damaged or missing", needs: NEEDS },
  async () => {
    await using scene = await robotScene();
    await build(scene, "--oci-layout", "layout");
    const blobs = join(scene.folder, "layout/blobs/sha256");
    const names = await readdir(blobs);
    assert.equal(names.length, 8);
    for (const name of names) {
      const path = join(blobs, name);
      const bytes = await readFile(path);
      const damaged = new Uint8Array(bytes);
      damaged[Math.floor(bytes.length / 2)]! ^= 1;
      await chmod(path, 0o644);
      await writeFile(path, damaged);
      const found = await inspect(scene, "layout");
      assert.equal(found.code, 6, name);
      assert.match(found.stderr, new RegExp(`blob sha256:${name}: it is damaged: expected sha256`));
      await rm(path);
      await run("tar", ["-cf", "image.tar", "-C", "layout", "."], { cwd: scene.folder });
      const missing = await inspect(scene, "image.tar");
      assert.equal(missing.code, 6, name);
      assert.match(missing.stderr, new RegExp(`blob sha256:${name}: it is missing`));
      await writeFile(path, bytes);
    }
    assert.equal((await inspect(scene, "layout")).code, 0);
  },
);

toolTest({ name: "inspect reads what docker saved", needs: NEEDS }, async () => {
  await using scene = await robotScene();
  const archive = await asDockerArchive(await busyboxBase());
  for (const name of [archive, `docker-archive:${archive}`]) {
    const { code, stdout, stderr } = await inspect(scene, name);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Layers +base /m);
    assert.doesNotMatch(stdout, /^Digest/m);
  }
});

toolTest({ name: "inspect refuses what is no image", needs: NEEDS }, async () => {
  await using scene = await robotScene();
  const nowhere = await inspect(scene, "oci:nowhere");
  assert.equal(nowhere.code, 6);
  assert.match(nowhere.stderr, /^Error: failed to read image "oci:nowhere": there is no such file/);
  const folder = await inspect(scene, "robot");
  assert.equal(folder.code, 6);
  assert.match(folder.stderr, /^Error: failed to read image "robot": expected an OCI image layout/);
  assert.equal((await inspect(scene)).code, 2);
});
