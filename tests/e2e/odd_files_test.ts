/** Files of an environment and of a robot that are hard to put into an image, or cannot be. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { podman } from "../support/engines.ts";
import { helloEnvironment, robotScene, type SceneFiles } from "../support/robot_scene.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";
import { verifyImage } from "../support/verify_image.ts";

const withHello = (files: SceneFiles) => (stage: string) => ({
  ...helloEnvironment(stage),
  ...files,
});

toolTest({
  name: "a file that its owner may not read keeps a blob that rcc can read",
  needs: ["apt", "cc", "skopeo", "tar", "umoci", "zstd", ...podman.needs],
}, async () => {
  const secret = { content: "nobody may read it\n", mode: 0o000 };
  const written = { content: "written, never read\n", mode: 0o200 };
  await using scene = await robotScene({
    environment: withHello({ "share/none": secret, "share/drop": written, "share/text": "text\n" }),
  });
  const [layout, archive] = [join(scene.folder, "layout"), join(scene.folder, "image.tar")];
  const { code, stderr } = await scene.build([
    ...["--base-image", `oci:${await busyboxBase()}`, "-t", "unreadable:1"],
    ...["--oci-layout", layout, "--save", archive],
  ]);
  assert.equal(code, 0, stderr);
  const { tree } = await verifyImage(layout);
  for (const { content, mode } of [secret, written]) {
    const digest = createHash("sha256").update(content).digest("hex");
    const [blob] = [...tree].filter(([path]) => path.endsWith(`/${digest}`));
    assert.equal(blob![1].mode, 0o644);
    const [file] = [...tree].filter(([, node]) => node.sha256 === digest);
    assert.equal(file![1].mode, mode);
  }
  const [reference] = await podman.load(archive);
  const ran = await podman.run(reference!, { env: { RCC_STANDIN_DEEP: "1" } });
  assert.equal(ran.code, 0, ran.stderr);
});

toolTest({
  name: "a name that an engine would take for a whiteout is refused with the file's name",
  needs: ["apt", "cc"],
}, async () => {
  const base = ["--base-image", `oci:${await busyboxBase()}`];
  await using environment = await robotScene({
    environment: withHello({ "lib/.wh.module": "x", "lib/.wh.folder/file": "x", "lib/a.wh.b": "" }),
  });
  const refused = await environment.build([...base, "--oci-layout", "layout"]);
  assert.equal(refused.code, 5, refused.stderr);
  const lines = refused.stderr.match(/^Error: .*$/mg);
  assert.equal(lines?.length, 2, refused.stderr);
  assert.match(
    lines![0]!,
    /^Error: failed to pack "lib\/\.wh\.folder" of the environment: engines/,
  );
  assert.match(lines![1]!, /^Error: failed to pack "lib\/\.wh\.module" .*rccPostInstall/);

  await using robot = await robotScene({ robot: { "data/.wh.old": "x", "data/x.wh.y": "" } });
  const packed = await robot.build([...base, "--oci-layout", "layout"]);
  assert.equal(packed.code, 3, packed.stderr);
  assert.match(packed.stderr, /^Error: failed to pack "data\/\.wh\.old": engines take a name/m);
  const without = await robot.build([...base, "--oci-layout", "layout", "--exclude", ".wh.*"]);
  assert.equal(without.code, 0, without.stderr);
});

toolTest({
  name: "a symlink out of the environment is named, and what would help",
  needs: ["apt", "cc"],
}, async () => {
  await using outside = await temporaryFolder();
  await mkdir(join(outside.path, "data"));
  await writeFile(join(outside.path, "data", "table"), "kept by nobody\n");
  await writeFile(join(outside.path, "file"), "by nobody either\n");
  await using scene = await robotScene({
    environment: withHello({
      "share/data": { symlink: join(outside.path, "data") },
      "share/file": { symlink: join(outside.path, "file") },
      "share/hello": { symlink: "../bin/hello" },
    }),
  });
  const { code, stderr } = await scene.build([
    ...["--base-image", `oci:${await busyboxBase()}`, "--oci-layout", "layout"],
  ]);
  assert.equal(code, 5, stderr);
  const lines = stderr.match(/^Error: .*$/mg);
  assert.equal(lines?.length, 2, stderr);
  assert.match(lines![0]!, /behind "share\/data": it is a symlink to ".*\/data", out of the env/);
  assert.match(lines![1]!, /behind "share\/file": it is a symlink to ".*\/file", out of the env/);
  assert.doesNotMatch(stderr, /build the environment again/);
});
