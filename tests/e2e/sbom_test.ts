/** What `--sbom` and `--provenance` write, held against schemas and against the image itself. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { withoutLayerLabels } from "../support/layer_labels.ts";
import { type RobotScene, robotScene, type SceneFiles } from "../support/robot_scene.ts";
import { run, toolTest } from "../support/tools.ts";
import { sbomFaults } from "../support/validate_sbom.ts";
import { mergedTree } from "../support/verify_image.ts";

const SITE = "lib/python3.11/site-packages";

/** Packages of pip and conda, one of which both have, and files that belong to nobody. */
function environment(stage: string): SceneFiles {
  const record = (...files: readonly string[]) => files.map((file) => `${file},,\n`).join("");
  return {
    "bin/hello": `#!/bin/sh\necho hello from ${stage} "$@"\n`,
    "bin/both": `#!${stage}/bin/python\n`,
    "lib/nobody.txt": "nobody's\n",
    [`${SITE}/Pip_Pkg-1.0.dist-info/METADATA`]:
      "Metadata-Version: 2.4\nName: Pip_Pkg\nVersion: 1.0\nLicense-Expression: MIT\n\ntext\n",
    [`${SITE}/Pip_Pkg-1.0.dist-info/direct_url.json`]: JSON.stringify({
      url: "https://me:secret@example.com/x",
      vcs_info: { vcs: "git", commit_id: "0123456789abcdef0123456789abcdef01234567" },
    }),
    [`${SITE}/Pip_Pkg-1.0.dist-info/RECORD`]: record(
      "pip_pkg.py",
      "../../../bin/both",
      ...["METADATA", "RECORD", "direct_url.json"].map((name) => `Pip_Pkg-1.0.dist-info/${name}`),
    ),
    [`${SITE}/pip_pkg.py`]: `PREFIX = "${stage}"\n`,
    [`${SITE}/old-2.egg-info/PKG-INFO`]: "Metadata-Version: 1.0\nName: old\nVersion: 2\n",
    [`${SITE}/pip_pkg/_vendor/inner-3.dist-info/METADATA`]: "Name: inner\nVersion: 3\n",
    "conda-meta/conda-pkg-1.2-h0_0.json": JSON.stringify({
      ...{ name: "conda-pkg", version: "1.2", build: "h0_0", subdir: "linux-64" },
      channel: "https://conda.example.com/t/secret/conda-forge/linux-64",
      url: "https://conda.example.com/t/secret/conda-forge/linux-64/conda-pkg-1.2-h0_0.conda",
      md5: "0123456789abcdef0123456789abcdef",
      license: "BSD like",
      files: ["bin/both", "bin/hello", "share/conda.txt"],
    }),
    "conda-meta/history": "==> 2026-01-01 <==\n",
    "share/conda.txt": "conda's\n",
  };
}

interface Component {
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly licenses?: unknown;
  readonly hashes?: readonly { readonly content: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly components?: readonly Component[];
}

async function readJson(scene: RobotScene, name: string) {
  return JSON.parse(await readFile(join(scene.folder, name), "utf8"));
}

async function build(scene: RobotScene, ...args: readonly string[]): Promise<string> {
  const base = `oci:${await busyboxBase()}`;
  const { code, stderr } = await scene.build(
    ["--base-image", base, "-t", "acme/bot:1", "--oci-layout", "layout", ...args],
    { cwd: scene.folder, env: { SOURCE_DATE_EPOCH: "1700000000" } },
  );
  assert.equal(code, 0, stderr);
  return stderr;
}

for (const mode of ["private", "raw"] as const) {
  toolTest({
    name: `an SBOM of a ${mode} library has each package and file as they are in the image`,
    needs: ["apt", "cc", "pip", "umoci"],
  }, async () => {
    await using scene = await robotScene({ environment, mode });
    const files = ["bot.spdx.json", "bot.cdx.json"];
    await build(scene, ...files.flatMap((file) => ["--sbom", file]));
    assert.deepEqual(await sbomFaults(...files.map((file) => join(scene.folder, file))), []);

    const cyclonedx: { readonly components: readonly Component[] } = await readJson(
      scene,
      "bot.cdx.json",
    );
    const packages = cyclonedx.components.filter(({ purl }) =>
      /^pkg:(pypi|conda)/.test(purl ?? "")
    );
    const vcs = "git%2Bhttps://example.com/x%400123456789abcdef0123456789abcdef01234567";
    assert.deepEqual(packages.map(({ purl }) => purl).sort(), [
      "pkg:conda/conda-pkg@1.2?build=h0_0&channel=conda-forge&subdir=linux-64&type=conda",
      "pkg:pypi/old@2",
      `pkg:pypi/pip-pkg@1.0?vcs_url=${vcs}`,
    ]);
    const text = await readFile(join(scene.folder, "bot.cdx.json"), "utf8");
    assert.ok(!text.includes("secret"), "credentials of an address");

    // Each file once, with the bytes that umoci unpacks, and the layer that they are in.
    const tree = await mergedTree(join(scene.folder, "layout"));
    const { manifests: [{ digest }] } = await readJson(scene, "layout/index.json");
    const manifest = await readJson(scene, `layout/blobs/${digest.replace(":", "/")}`);
    const layers = new Set(manifest.layers.map((layer: { digest: string }) => layer.digest));
    const owned = cyclonedx.components.flatMap((one) =>
      (one.components ?? []).map((file) => ({ file, owner: one.name.replace(/ .*/, "") }))
    );
    const root = owned[0]!.file.name.split("/").slice(0, 6).join("/");
    const inImage = [...tree].filter(([path, node]) =>
      `/${path}`.startsWith(`${root}/`) && node.type === "file"
    );
    const found = owned.map(({ file }) => [file.name, file.hashes![0]!.content]);
    const expected = inImage.map(([path, node]) => [`/${path}`, node.sha256]);
    assert.deepEqual(found.sort(), expected.sort());
    for (const { file } of owned) assert.ok(layers.has(file.properties![0]!.value), file.name);
    const owners = new Map(
      owned.map(({ file, owner }) => [file.name.slice(root.length + 1), owner]),
    );
    assert.equal(owners.get("bin/both"), "Pip_Pkg");
    assert.equal(owners.get("bin/hello"), "conda-pkg");
    assert.equal(owners.get("lib/nobody.txt"), "environment");

    const spdx = await readJson(scene, "bot.spdx.json");
    const sums = spdx.files.map((
      file: { fileName: string; checksums: [{ checksumValue: string }] },
    ) => [file.fileName.slice(1), file.checksums[0].checksumValue]);
    assert.deepEqual(sums.sort(), expected.sort());
    const purls = spdx.packages.flatMap(
      (one: { externalRefs?: readonly { referenceLocator: string }[] }) =>
        (one.externalRefs ?? []).map(({ referenceLocator }) => referenceLocator),
    );
    for (const { purl } of packages) assert.ok(purls.includes(purl), purl);

    // A layer of the cache says the same, and so does another run.
    const again = ["again.spdx.json", "again.cdx.json"];
    await build(scene, ...again.flatMap((file) => ["--sbom", file]));
    for (const [i, file] of files.entries()) {
      const [first, second] = await Promise.all(
        [file, again[i]!].map((name) => readFile(join(scene.folder, name), "utf8")),
      );
      assert.equal(first, second);
    }
  });
}

toolTest({
  name: "provenance names base, rcc, catalog and commit, and whether what is packed was committed",
  needs: ["apt", "cc", "git"],
}, async () => {
  await using scene = await robotScene({ environment });
  const git = (...args: readonly string[]) =>
    run("git", ["-C", scene.robot, "-c", "user.name=me", "-c", "user.email=me@x", ...args]);
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "-m", "first");
  const { stdout: revision } = await git("rev-parse", "HEAD");
  const statement = async () => {
    await build(scene, "--provenance", "p.json");
    return await readJson(scene, "p.json");
  };
  const clean = await statement();
  assert.equal(clean._type, "https://in-toto.io/Statement/v1");
  assert.equal(clean.predicateType, "https://slsa.dev/provenance/v1");
  const { manifests: [{ digest }] } = await readJson(scene, "layout/index.json");
  assert.deepEqual(clean.subject, [
    { name: "docker.io/acme/bot:1", digest: { sha256: digest.slice(7) } },
  ]);
  const { buildDefinition } = clean.predicate;
  const names = buildDefinition.resolvedDependencies.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, ["base", "rcc", "environment", "robot"]);
  assert.equal(buildDefinition.resolvedDependencies[3].digest.gitCommit, revision.trim());
  assert.equal(buildDefinition.internalParameters.robotTreeIsClean, true);
  await Deno.writeTextFile(join(scene.robot, "new.py"), "new\n");
  const dirty = (await statement()).predicate.buildDefinition.internalParameters;
  assert.equal(dirty.robotTreeIsClean, false);
});

/** The base, whose layers have an annotation of somebody's. */
async function annotatedBase(folder: string): Promise<string> {
  const base = join(folder, "base");
  await cp(await busyboxBase(), base, { recursive: true });
  const index = JSON.parse(await readFile(join(base, "index.json"), "utf8"));
  const [root] = index.manifests;
  const blobs = join(base, "blobs", "sha256");
  const manifest = JSON.parse(await readFile(join(blobs, root.digest.slice(7)), "utf8"));
  for (const layer of manifest.layers) layer.annotations = { "org.example.layer": "theirs" };
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const digest = createHash("sha256").update(bytes).digest("hex");
  await writeFile(join(blobs, digest), bytes);
  index.manifests = [{ ...root, digest: `sha256:${digest}`, size: bytes.length }];
  await writeFile(join(base, "index.json"), JSON.stringify(index));
  return base;
}

toolTest({
  name: "a manifest has the image's labels as annotations, and the base's own layers keep theirs",
  needs: ["apt", "cc"],
}, async () => {
  await using scene = await robotScene();
  const base = await annotatedBase(scene.folder);
  await build(scene, "--base-image", `oci:${base}`, "--label", "team=robots");
  const { manifests: [{ digest }] } = await readJson(scene, "layout/index.json");
  const manifest = await readJson(scene, `layout/blobs/${digest.replace(":", "/")}`);
  const config = await readJson(scene, `layout/blobs/${manifest.config.digest.replace(":", "/")}`);
  const labels = withoutLayerLabels(config.config.Labels);
  assert.deepEqual(manifest.annotations, labels);
  assert.equal(manifest.annotations.team, "robots");
  assert.equal(manifest.annotations["org.opencontainers.image.version"], "1");
  assert.deepEqual(manifest.layers[0].annotations, { "org.example.layer": "theirs" });
});

toolTest({
  name: "an SBOM whose form nobody names, or in a form that is none, is refused",
  needs: ["apt", "cc"],
}, async () => {
  await using scene = await robotScene();
  for (
    const [args, message] of [
      [["--sbom", "bot.json"], /failed to read --sbom "bot.json": its name says neither spdx nor/],
      [
        ["--sbom", "x", "--sbom-format", "swid"],
        /failed to read --sbom-format "swid": expected spdx/,
      ],
      [["--sbom-format", "spdx"], /failed to use --sbom-format: there is no SBOM to write/],
      [["--sbom", "a.spdx", "--sbom", "a.spdx"], /--sbom "a.spdx": it is the place of --sbom too/],
    ] as const
  ) {
    const { code, stderr } = await scene.build(["--base-image", "scratch", ...args], {
      cwd: scene.folder,
    });
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
});
