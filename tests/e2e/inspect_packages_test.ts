/** What `inspect` says of the packages of images, and of what is attached to them. */
import assert from "node:assert/strict";
import { busyboxBase } from "../support/bases.ts";
import { startDockerRegistry } from "../support/docker_registry.ts";
import { runProgram } from "../support/program.ts";
import { type RobotScene, robotScene, type SceneFiles } from "../support/robot_scene.ts";
import { toolTest } from "../support/tools.ts";

const SITE = "lib/python3.11/site-packages";

function environment(...packages: readonly string[]): SceneFiles {
  const files = packages.map((one) => {
    const [name, version] = one.split("==");
    const text = `Name: ${name}\nVersion: ${version}\n`;
    return [`${SITE}/${name!.replaceAll("-", "_")}-${version}.dist-info/METADATA`, text];
  });
  return {
    "bin/hello": "#!/bin/sh\necho hello\n",
    "conda-meta/py-tool-1.2-h0_0.json": JSON.stringify({ name: "py-tool", version: "1.2" }),
    ...Object.fromEntries(files),
  };
}

async function build(scene: RobotScene, ...args: readonly string[]): Promise<void> {
  const base = `oci:${await busyboxBase()}`;
  const { code, stderr } = await scene.build(["--base-image", base, ...args], {
    cwd: scene.folder,
    env: { SOURCE_DATE_EPOCH: "1700000000" },
  });
  assert.equal(code, 0, stderr);
}

const inspect = (scene: RobotScene, ...args: readonly string[]) =>
  runProgram(["inspect", ...args], { cache: scene.cache, cwd: scene.folder });

toolTest({
  name: "inspect lists packages by what lies in an image, and says what differs from another",
  needs: ["apt", "cc"],
}, async () => {
  await using old = await robotScene({ environment: () => environment("a-b==1", "gone==2") });
  await using now = await robotScene({ environment: () => environment("a-b==1.1", "new==3") });
  await build(old, "-t", "bot:1", "--save", "old.tar");
  await build(now, "-t", "bot:2", "--save", "new.tar");
  const listed = await inspect(now, "new.tar", "--packages");
  assert.equal(listed.code, 0, listed.stderr);
  assert.match(
    listed.stdout,
    /\nPackages by what lies in it:\n {2}conda {2}py-tool 1\.2\n {2}pypi {3}a-b 1\.1\n {2}pypi {3}new 3\n$/,
  );
  const compared = await inspect(now, "new.tar", "--compare", `${old.folder}/old.tar`);
  assert.equal(compared.code, 0, compared.stderr);
  assert.match(
    compared.stdout,
    /\nPackages that differ:\n {2}~ pypi {3}a-b 1 -> 1\.1\n {2}- pypi {3}gone 2\n {2}\+ pypi {3}new 3\n$/,
  );
  const same = await inspect(now, "new.tar", "--compare", "new.tar", "--json");
  assert.deepEqual(JSON.parse(same.stdout).images[0].packageChanges, []);
});

toolTest({
  name: "inspect reads the SBOM and the provenance that are attached to an image in a registry",
  needs: ["apt", "cc", "docker-registry"],
}, async () => {
  await using registry = await startDockerRegistry();
  await using scene = await robotScene({ environment: () => environment("A_b==1") });
  const name = `${registry.host}/acme/bot:1`;
  const files = ["--sbom", "x.spdx.json", "--sbom", "x.cdx.json", "--provenance", "x.json"];
  await build(scene, "-t", name, "--push", ...files);
  const { code, stdout, stderr } = await inspect(scene, name, "--packages");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Attached SBOM SPDX-2\.3 of 2 packages {2}sha256:[0-9a-f]{64}$/m);
  assert.match(stdout, /^ {9}SBOM CycloneDX-1\.6 of 2 packages {2}sha256:[0-9a-f]{64}$/m);
  assert.match(stdout, /^ {9}provenance https:\/\/slsa\.dev\/provenance\/v1 by https:/m);
  assert.match(
    stdout,
    /\nPackages by its SBOM:\n {2}conda {2}py-tool 1\.2\n {2}pypi {3}a-b 1\n$/,
  );
  const json = JSON.parse((await inspect(scene, name, "--json")).stdout);
  const kinds = json.images[0].documents.map(({ kind }: { kind: string }) => kind);
  assert.deepEqual(kinds, ["sbom", "sbom", "provenance"]);
});
