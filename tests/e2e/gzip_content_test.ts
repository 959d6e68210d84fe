/** Files of an environment that are gzip themselves: RCC would take a raw blob of theirs for packed. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { podman } from "../support/engines.ts";
import { busyboxBase } from "../support/bases.ts";
import { helloEnvironment, robotScene } from "../support/robot_scene.ts";
import { toolTest } from "../support/tools.ts";
import { verifyImage } from "../support/verify_image.ts";

const PACKED = gzipSync(randomBytes(5_000));
/** Stored blocks of zeros: that it is gzip is not to be guessed from how well it packs. */
const STORED = gzipSync(new Uint8Array(200_000), { level: 0 });
const LARGE = gzipSync(new Uint8Array(3_000_000), { level: 0 });

toolTest({
  name: "content that is gzip itself stays wrapped in the image's library",
  needs: ["apt", "cc", "skopeo", "umoci", "zstd", ...podman.needs],
}, async () => {
  const contents = {
    "share/packed.gz": PACKED,
    "share/stored.gz": STORED,
    "share/large.gz": LARGE,
  };
  await using scene = await robotScene({
    environment: (stage) => ({ ...helloEnvironment(stage), ...contents, "share/text": "text" }),
  });
  const [layout, archive] = [join(scene.folder, "layout"), join(scene.folder, "image.tar")];
  const { code, stderr } = await scene.build([
    ...["--base-image", `oci:${await busyboxBase()}`, "-t", "gzip:1"],
    ...["--oci-layout", layout, "--save", archive],
  ]);
  assert.equal(code, 0, stderr);
  const { tree } = await verifyImage(layout);
  const blobOf = (content: Uint8Array | string) => {
    const digest = createHash("sha256").update(content).digest("hex");
    const [path] = [...tree.keys()].filter((path) => path.endsWith(`/${digest}`));
    return { digest, node: tree.get(path!)! };
  };
  for (const content of Object.values(contents)) {
    const { digest, node } = blobOf(content);
    assert.notEqual(node.sha256, digest);
  }
  const { digest, node } = blobOf("text");
  assert.equal(node.sha256, digest);
  const [reference] = await podman.load(archive);
  const ran = await podman.run(reference!);
  assert.equal(ran.code, 0, ran.stderr);
});
