/** Environments of real packages: built, judged file by file, and run. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findFile, openLibrary, spaceName, stageName } from "../../src/holotree/mod.ts";
import { busyboxBase, debianBase } from "../support/bases.ts";
import { docker, type Engine, podman } from "../support/engines.ts";
import { largeFixturePath } from "../support/fixtures.ts";
import { plainRestore, readPlainCatalog } from "../support/plain_restore.ts";
import { runProgram } from "../support/program.ts";
import { CI_REQUIREMENTS, realLibrary } from "../support/real_library.ts";
import { robotScene } from "../support/robot_scene.ts";
import { IS_SOAK } from "../support/soak.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";
import { verifyImage } from "../support/verify_image.ts";

const JUDGES = ["cc", "mmdebstrap", "skopeo", "tar", "umoci", "zstd"] as const;
const SPACE = spaceName({ home: "/home/robot" });
const ROOT = `home/dev/.robocorp/holotree/${SPACE}`;

const ROBOT = `tasks:
  Import:
    shell: python task.py
artifactsDir: output
condaConfigFile: conda.yaml
`;

interface RealEnvironment {
  readonly hololib: string;
  readonly hash: string;
  readonly condaYaml: string;
  /** What a task prints, and what is expected. */
  readonly prints: readonly [expression: string, text: string];
  readonly imports: string;
  /** More of the command line. */
  readonly options?: readonly string[];
}

/** Builds a robot with the environment, compares it with a plain restore, and runs it. */
async function buildAndRun(
  environment: RealEnvironment,
  engines: readonly Engine[],
): Promise<void> {
  await using folder = await temporaryFolder();
  const { hololib, hash, condaYaml, imports, prints: [expression, text] } = environment;
  const [robot, layout, archive] = ["robot", "layout", "image.tar"]
    .map((name) => join(folder.path, name)) as [string, string, string];
  await Deno.mkdir(robot);
  await writeFile(join(robot, "robot.yaml"), ROBOT);
  await writeFile(join(robot, "conda.yaml"), condaYaml);
  const task = `import sys, ${imports}\nprint(sys.prefix)\nprint(${expression})\n`;
  await writeFile(join(robot, "task.py"), task);
  const { code, stderr } = await runProgram([
    ...["build", "-r", robot, "--hololib", hololib, "--rcc-exec", await standinRcc()],
    ...["--base-image", `oci:${await debianBase()}`, "-t", `real/${hash}:1`],
    ...["--oci-layout", layout, "--save", archive, ...environment.options ?? []],
  ], { cache: join(folder.path, "cache") });
  assert.equal(code, 0, stderr);

  const { tree } = await verifyImage(layout);
  const expected = await plainRestore(hololib, await readPlainCatalog(hololib, hash), SPACE);
  const found = [...tree.keys()].filter((path) => path.startsWith(`${ROOT}/`));
  assert.equal(found.length, expected.size);
  for (const [path, { type, size, sha256, target, mode }] of expected) {
    const node = tree.get(`${ROOT}/${path}`);
    assert.deepEqual([node?.type, node?.size, node?.sha256], [type, size, sha256], path);
    assert.equal(node?.target, target, path);
    if (mode !== undefined) assert.equal(node?.mode, mode, path);
  }

  for (const engine of engines) {
    const [reference] = await engine.load(archive);
    const ran = await engine.run(reference!, {
      env: { RCC_STANDIN_DEEP: "1" },
    });
    assert.equal(ran.code, 0, `${engine.name}: ${ran.stderr}`);
    assert.equal(ran.stdout, `/${ROOT}\n${text}\n`, engine.name);
    await engine.command(["rmi", "--force", reference!]);
  }
}

/** The catalogs that the real rcc wrote: one package differs by a patch version. */
const MEDIUM = [
  { name: "medium-1", hash: "e30b98f5330f29b2", version: "2.32.2" },
  { name: "medium-2", hash: "1a124279ca3f8887", version: "2.32.3" },
] as const;

/** `deno task soak real` runs each of them in each engine. */
for (const { name, hash, version } of IS_SOAK ? MEDIUM : MEDIUM.slice(1)) {
  toolTest({
    name: `${name}, which rcc recorded of packages of PyPI, is restored as it was, and runs`,
    needs: [...JUDGES, ...podman.needs, ...docker.needs],
    on: ["large fixtures"],
  }, async () => {
    await using folder = await temporaryFolder();
    await run("tar", ["-xf", largeFixturePath("real", "medium-hololib.tar")!, "-C", folder.path]);
    const condaYaml = await readFile(largeFixturePath("real", `${name}.conda.yaml`)!, "utf8");
    await buildAndRun({
      hololib: join(folder.path, "hololib"),
      hash,
      condaYaml,
      imports: "importlib.metadata, numpy, pandas",
      // That Python was not made to be moved: it looks for its library where it was built.
      options: ["--env", `LD_LIBRARY_PATH=/${ROOT}/lib`],
      prints: [`importlib.metadata.version("requests")`, version],
    }, IS_SOAK ? [podman, docker] : [docker]);
  });
}

toolTest({
  name: "an environment of packages that pip has just installed is restored as it was, and runs",
  needs: [...JUDGES, "pip", ...podman.needs, ...docker.needs],
}, async () => {
  await buildAndRun({
    ...await realLibrary(CI_REQUIREMENTS),
    imports: "ssl, sqlite3, ctypes, lxml.etree, numpy, pandas, plotly, pdfminer, botocore.session",
    prints: [`pandas.DataFrame({"a": [1, 2]}).a.sum()`, "3"],
  }, IS_SOAK ? [podman, docker] : [podman]);
});

toolTest({
  name: "a file whose catalog lists an offset twice has the space's name there once, and runs",
  needs: ["apt", "cc", "skopeo", "tar", "umoci", "zstd", ...podman.needs],
}, async () => {
  // A name that ends with what rcc reads at once, as rcc's search finds it twice.
  const before = (stage: string) => "#".repeat(32 * 1024 - stage.length - 1) + "\n";
  const script = (stage: string) => `#!/bin/sh\n${before(stage).slice(10)}${stage}/bin/last\n`;
  await using scene = await robotScene({
    environment: (stage) => ({
      "bin/hello": script(stage),
      "bin/last": `#!/bin/sh\necho ${stage}\n`,
    }),
  });
  const library = await openLibrary(scene.hololib);
  const { catalog } = await library.readCatalog(scene.hash);
  const place = 32 * 1024 - stageName("/home/dev").length;
  assert.deepEqual(findFile(catalog, "bin/hello")!.rewrite, [place, place]);
  const [layout, archive] = [join(scene.folder, "layout"), join(scene.folder, "image.tar")];
  const { code, stderr } = await scene.build([
    ...["--base-image", `oci:${await busyboxBase()}`, "-t", "twice:1"],
    ...["--oci-layout", layout, "--save", archive],
  ]);
  assert.equal(code, 0, stderr);
  await verifyImage(layout);
  const [reference] = await podman.load(archive);
  const ran = await podman.run(reference!, { env: { RCC_STANDIN_DEEP: "1" } });
  assert.equal(ran.code, 0, ran.stderr);
  assert.equal(ran.stdout, `/${ROOT}\n`);
});
