/** Modules that are compiled beforehand: the same bytes each time, cached by package, and used. */
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { debianBase } from "../support/bases.ts";
import { podman } from "../support/podman.ts";
import { runProgram } from "../support/program.ts";
import { realLibrary } from "../support/real_library.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";
import { verifyImage } from "../support/verify_image.ts";

const PACKAGES = ["packaging==25.0", "six==1.17.0"];

const ROBOT = `tasks:
  Import:
    shell: python task.py
artifactsDir: output
condaConfigFile: conda.yaml
`;

/** Says which modules Python has to compile, and which bytecode is not that of its source. */
const TASK = `import importlib.util, marshal, sys
compiled = []
sys.addaudithook(lambda event, args: compiled.append(args[1]) if event == "compile" else None)
import packaging.version, six, decimal, own
print([name for name in compiled if isinstance(name, str) and not name.startswith("<")])
for module in (packaging.version, six, decimal):
    with open(module.__cached__, "rb") as file:
        code = marshal.loads(file.read()[16:])
    print(module.__cached__.endswith(module.__file__[:-3] + "." + sys.implementation.cache_tag + ".pyc"),
        code.co_filename == module.__file__)
`;

interface Built {
  readonly layout: string;
  readonly archive: string;
  readonly stdout: string;
}

toolTest({
  name: "--compile-bytecode has the same bytes for any --jobs, costs nothing again, and is used",
  needs: ["cc", "mmdebstrap", "pip", "skopeo", "tar", "umoci", ...podman.needs],
}, async () => {
  await using folder = await temporaryFolder();
  const robot = join(folder.path, "robot");
  await mkdir(robot);
  const files = { "robot.yaml": ROBOT, "task.py": TASK, "own.py": "x = 1\n" };
  for (const [name, text] of Object.entries(files)) await writeFile(join(robot, name), text);

  const build = async (
    name: string,
    { packages = PACKAGES, cache = name, options = [] as readonly string[] },
  ): Promise<Built> => {
    const { hololib, hash, condaYaml } = await realLibrary(packages);
    await writeFile(join(robot, "conda.yaml"), condaYaml);
    const [layout, archive] = [join(folder.path, name), join(folder.path, `${name}.tar`)];
    const { code, stdout, stderr } = await runProgram([
      ...["build", "-r", robot, "--hololib", hololib, "--catalog", hash],
      ...["--rcc-exec", await standinRcc(), "--base-image", `oci:${await debianBase()}`],
      ...["-t", `bytecode/${name}:1`, "--oci-layout", layout, "--save", archive, ...options],
    ], { cache: join(folder.path, `cache-${cache}`), env: { SOURCE_DATE_EPOCH: "1700000000" } });
    assert.equal(code, 0, stderr);
    return { layout, archive, stdout };
  };
  const layersOf = async ({ layout }: Built) => {
    const digestOf = async (path: string) => JSON.parse(await readFile(join(layout, path), "utf8"));
    const [{ digest }] = (await digestOf("index.json")).manifests;
    const { layers } = await digestOf(`blobs/sha256/${digest.slice(7)}`);
    return layers.map((layer: { readonly digest: string }) => layer.digest) as readonly string[];
  };

  const compiled = /([0-9]+) modules compiled/;
  const off = await build("off", {});
  assert.doesNotMatch(off.stdout, compiled);
  const one = await build("one", { options: ["--compile-bytecode", "--jobs", "1"] });
  const two = await build("two", { options: ["--compile-bytecode", "--jobs", "2"] });
  assert.match(one.stdout, compiled);
  assert.deepEqual(await layersOf(two), await layersOf(one));
  const { tree } = await verifyImage(one.layout);
  const paths = [...tree.keys()].filter((path) => path.startsWith("usr/local/lib/pycache/"));
  assert.ok(paths.some((path) => /\/site-packages\/six\.cpython-3[0-9]+\.pyc$/.test(path)));
  const without = await layersOf(off);
  assert.ok(without.length === (await layersOf(one)).length);

  const again = await build("again", { cache: "one", options: ["--compile-bytecode"] });
  assert.doesNotMatch(again.stdout, compiled);
  const raised = await build("raised", {
    cache: "one",
    packages: ["packaging==24.2", "six==1.17.0"],
    options: ["--compile-bytecode"],
  });
  const count = (text: string) => Number(compiled.exec(text)?.[1]);
  assert.ok(count(raised.stdout) > 0 && count(raised.stdout) < count(one.stdout) / 4);

  for (
    const { archive, expected } of [
      { archive: one.archive, expected: "['/home/robot/app/own.py']" },
      { archive: raised.archive, expected: "['/home/robot/app/own.py']" },
    ]
  ) {
    const [reference] = await podman.load(archive);
    const ran = await podman.run(reference!, {});
    assert.equal(ran.code, 0, ran.stderr);
    assert.equal(ran.stdout, `${expected}\n${"True True\n".repeat(3)}`);
    await podman.command(["rmi", "--force", reference!]);
  }
});
