/** What goes wrong ends with its documented exit code and one line, and nothing is left or lost. */
import assert from "node:assert/strict";
import { chmod, cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { arm64Base, busyboxBase } from "../support/bases.ts";
import { fixturePath, TINY_HASH, unpackLibrary } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";

/** A good build, whose parts a case makes bad. */
interface Scene {
  readonly folder: string;
  /** A copy of the tiny robot. */
  readonly robot: string;
  /** A copy of a library folder that fits it. */
  readonly hololib: string;
  readonly rcc: string;
  readonly args: string[];
}

interface Case {
  readonly name: string;
  readonly code: number;
  readonly message: RegExp;
  /** Makes the scene bad. */
  readonly spoil: (scene: Scene) => Promise<unknown> | void;
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, "utf8")));
}

function robotYaml(change: (text: string) => string) {
  return ({ robot }: Scene) => edit(join(robot, "robot.yaml"), change);
}

function condaYaml(text: string) {
  return ({ robot }: Scene) => writeFile(join(robot, "conda.yaml"), text);
}

function rccOf(change: (elf: Uint8Array) => Uint8Array) {
  return async ({ rcc }: Scene) => await writeFile(rcc, change(await readFile(rcc)));
}

function catalogPath({ hololib }: Scene): string {
  return join(hololib, "catalog", `${TINY_HASH}v12.linux_amd64`);
}

async function editCatalog(scene: Scene, change: (text: string) => string): Promise<void> {
  const path = catalogPath(scene);
  await writeFile(path, gzipSync(change(gunzipSync(await readFile(path)).toString())));
}

/** The path of the library's largest blob. */
async function blobPath({ hololib }: Scene): Promise<string> {
  const names = await readdir(join(hololib, "library"), { recursive: true });
  const files = await Promise.all(
    names.map((name) => join(hololib, "library", name))
      .map(async (path) => ({ path, info: await Deno.stat(path) })),
  );
  const blobs = files.filter(({ info }) => info.isFile);
  return blobs.sort((a, b) => b.info.size - a.info.size)[0]!.path;
}

function option(...args: readonly string[]) {
  return (scene: Scene) => void scene.args.push(...args);
}

const CASES: readonly Case[] = [
  {
    name: "an unknown option",
    code: 2,
    message: /unknown option "--no-such", see `rcc-oci build --help`/,
    spoil: option("--no-such"),
  },
  {
    name: "a tag with upper-case letters",
    code: 2,
    message: /failed to read --tag "Tiny:1": expected a name in lower case/,
    spoil: option("-t", "Tiny:1"),
  },
  {
    name: "a tag that is no tag",
    code: 2,
    message: /failed to read --tag "tiny:a b"/,
    spoil: option("-t", "tiny:a b"),
  },
  {
    name: "to push a name without a registry",
    code: 2,
    message: /failed to push "docker\.io\/library\/tiny:1": a name without a registry is one of/,
    spoil: option("-t", "tiny:1", "-t", "acme/tiny:1", "--push"),
  },
  {
    name: "a compression that is not known",
    code: 2,
    message: /failed to read --compression "brotli": expected gzip or zstd/,
    spoil: option("--compression", "brotli"),
  },
  {
    name: "a variable without a value",
    code: 2,
    message: /failed to read --env "TOKEN": expected NAME=VALUE/,
    spoil: option("--env", "TOKEN"),
  },
  {
    name: "no robot.yaml",
    code: 3,
    message: /failed to read ".*robot": no robot.yaml in this folder/,
    spoil: ({ robot }) => rm(join(robot, "robot.yaml")),
  },
  {
    name: "a robot.yaml that is no YAML",
    code: 3,
    message: /robot\.yaml:\d+:\d+: /,
    spoil: robotYaml((text) => `${text}\nPATH: [unclosed\n`),
  },
  {
    name: "a robot without tasks",
    code: 3,
    message: /robot\.yaml.*tasks/,
    spoil: robotYaml(() => "artifactsDir: output\n"),
  },
  {
    name: "a task with two definitions",
    code: 3,
    message: /robot\.yaml:\d+:\d+: .*"Hello".*(shell|robotTaskName)/,
    spoil: robotYaml((text) => text.replace("  Hello:\n", "  Hello:\n    robotTaskName: Hello\n")),
  },
  {
    name: "a robot without artifactsDir",
    code: 3,
    message: /robot\.yaml.*artifactsDir/,
    spoil: robotYaml((text) => text.replace("artifactsDir: output\n", "")),
  },
  {
    name: "an artifactsDir outside of the robot",
    code: 3,
    message:
      /failed to pack "\.\.\/output": .* outside of the robot's folder, allow it with --root "\//,
    spoil: robotYaml((text) => text.replace("artifactsDir: output", "artifactsDir: ../output")),
  },
  {
    name: "a task that the robot has not",
    code: 3,
    message: /failed to choose task "Nothing".*"Hello", "Show Env"/,
    spoil: option("--task", "Nothing"),
  },
  {
    name: "a conda.yaml that is missing",
    code: 3,
    message: /conda\.yaml/,
    spoil: ({ robot }) => rm(join(robot, "conda.yaml")),
  },
  {
    name: "a conda.yaml that is no YAML",
    code: 3,
    message: /conda\.yaml:\d+:\d+: /,
    spoil: condaYaml("channels: [\n"),
  },
  {
    name: "a tag that does not fit in conda.yaml",
    code: 3,
    message: /conda\.yaml:4:9: the tag of "tinyenv" does not fit.*"- !!int tinyenv"/,
    spoil: condaYaml("channels:\n- conda-forge\ndependencies:\n- !!int tinyenv\n"),
  },
  {
    name: "a conda.yaml that is an absolute symlink",
    code: 3,
    message: /failed to pack "conda\.yaml": it is or lies behind a link that is absolute or leaves/,
    spoil: async ({ robot }) => {
      await Deno.rename(join(robot, "conda.yaml"), join(robot, "real.yaml"));
      await Deno.symlink(join(robot, "real.yaml"), join(robot, "conda.yaml"));
    },
  },
  {
    name: "an rcc that is missing",
    code: 4,
    message: /failed to read rcc ".*rcc".*--rcc-exec/,
    spoil: ({ rcc }) => rm(rcc),
  },
  {
    name: "an rcc that is a script",
    code: 4,
    message: /found a script, give a static Linux amd64 rcc/,
    spoil: rccOf(() => new TextEncoder().encode("#!/bin/sh\necho no\n")),
  },
  {
    name: "an rcc for arm64",
    code: 4,
    message: /found an ELF file for arm64/,
    spoil: rccOf((elf) => elf.with(18, 183)),
  },
  {
    name: "an rcc that is linked dynamically",
    code: 4,
    message: /found a dynamically linked program/,
    spoil: rccOf((elf) => elf.with(64, 3)),
  },
  {
    name: "no catalog that fits",
    code: 5,
    message: /95867f930bb13171/,
    spoil: condaYaml("channels:\n- conda-forge\ndependencies:\n- tinyenv=3.0\n"),
  },
  {
    name: "a library that is not there",
    code: 5,
    message: /failed to open library ".*": found nothing there/,
    spoil: ({ hololib }) => rm(hololib, { recursive: true }),
  },
  {
    name: "a catalog that is no gzip",
    code: 5,
    message: /catalog/,
    spoil: async (scene) => await writeFile(catalogPath(scene), "garbage"),
  },
  {
    name: "a catalog with a field missing",
    code: 5,
    message: /failed to read catalog.*blueprint/,
    spoil: (scene) => editCatalog(scene, (text) => text.replace('"blueprint"', '"blueprnt"')),
  },
  {
    name: "a catalog for another platform",
    code: 5,
    message: /windows_amd64/,
    spoil: (scene) => editCatalog(scene, (text) => text.replace("linux_amd64", "windows_amd64")),
  },
  {
    name: "a catalog that leaves its folder",
    code: 5,
    message: /failed to read catalog/,
    spoil: (scene) => editCatalog(scene, (text) => text.replaceAll('"hello"', '"../hello"')),
  },
  {
    name: "a catalog of another version",
    code: 5,
    message: /format 11/,
    spoil: async (scene) => {
      const path = catalogPath(scene);
      await Deno.rename(path, path.replace("v12.", "v11."));
    },
  },
  {
    name: "a blob that is missing",
    code: 5,
    message: /failed to find the content of ".+": no blob [0-9a-f]{64} in /,
    spoil: async (scene) => await rm(await blobPath(scene)),
  },
  {
    name: "a blob that is damaged",
    code: 5,
    message: /failed to pack ".+": its blob is damaged/,
    spoil: async (scene) => {
      const path = await blobPath(scene);
      const bytes = await readFile(path);
      bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
      await writeFile(path, bytes);
    },
  },
  {
    name: "a blob with trailing zeros",
    code: 5,
    message: /failed to pack ".+": its blob is damaged, expected whole gzip members only/,
    spoil: async (scene) => {
      const path = await blobPath(scene);
      await writeFile(path, new Uint8Array([...await readFile(path), 0, 0, 0, 0]));
    },
  },
  {
    name: "a zip that is cut off",
    code: 5,
    message: /failed to open library ".*hololib\.zip"/,
    spoil: async (scene) => {
      const zip = await readFile(fixturePath("tiny", "hololib.zip"));
      const path = join(scene.folder, "hololib.zip");
      await writeFile(path, zip.subarray(0, zip.length - 100));
      scene.args.push("--hololib", path);
    },
  },
  {
    name: "a base that is not there",
    code: 6,
    message: /failed to .* "oci:.*nowhere"/,
    spoil: (scene) => void scene.args.push("--base-image", `oci:${join(scene.folder, "nowhere")}`),
  },
  {
    name: "a base that is damaged",
    code: 6,
    message: /failed to .*sha256:[0-9a-f]{64}/,
    spoil: async (scene) => {
      const base = join(scene.folder, "damaged-base");
      await cp(await busyboxBase(), base, { recursive: true });
      const blobs = join(base, "blobs", "sha256");
      const sizes = await Promise.all((await readdir(blobs)).map(async (name) => ({
        path: join(blobs, name),
        size: (await Deno.stat(join(blobs, name))).size,
      })));
      const { path } = sizes.sort((a, b) => b.size - a.size)[0]!;
      await chmod(path, 0o644);
      const bytes = await readFile(path);
      bytes[5000]! ^= 1;
      await writeFile(path, bytes);
      scene.args.push("--base-image", `oci:${base}`);
    },
  },
  {
    name: "a base for arm64 alone",
    code: 6,
    message: /linux\/arm64/,
    spoil: async (scene) => void scene.args.push("--base-image", `oci:${await arm64Base()}`),
  },
  {
    name: "an output whose folder is not there",
    code: 7,
    message: /failed to write image archive ".*": there is no folder/,
    spoil: (scene) => void scene.args.push("--save", join(scene.folder, "no", "image.tar")),
  },
  {
    name: "a digest file whose folder is not there",
    code: 7,
    message: /failed to write digest file ".*": there is no folder/,
    spoil: (scene) => void scene.args.push("--digest-file", join(scene.folder, "no", "digest")),
  },
  {
    name: "a metadata file whose folder is not there",
    code: 7,
    message: /failed to write metadata file ".*": there is no folder/,
    spoil: (scene) => void scene.args.push("--metadata-file", join(scene.folder, "no", "file")),
  },
  {
    name: "an output that is a folder",
    code: 7,
    message: /failed to write image archive ".*": it is a folder/,
    spoil: (scene) => void scene.args.push("--save", scene.robot),
  },
  {
    name: "a layout in a folder with something else",
    code: 7,
    message: /failed to write OCI layout ".*": expected an OCI image layout or an empty folder/,
    spoil: (scene) => void scene.args.push("--oci-layout", scene.robot),
  },
];

for (const { name, code, message, spoil } of CASES) {
  toolTest(
    { name: `build refuses ${name} with exit code ${code}`, needs: ["apt", "cc"] },
    () =>
      inScene(async (scene) => {
        const image = join(scene.folder, "image.tar");
        await writeFile(image, "the image of before");
        await spoil(scene);
        const before = await listAll(scene.folder);
        const { code: found, stdout, stderr } = await runProgram(
          ["build", "--save", image, ...scene.args],
          { cache: join(scene.folder, "cache") },
        );
        const errors = stderr.split("\n").filter((line) => line.startsWith("Error: "));
        assert.equal(found, code, stderr);
        assert.match(errors.join("\n"), message);
        assert.doesNotMatch(stderr, /^\s+at /m, "a stack trace");
        assert.doesNotMatch(stdout, /Build complete/);
        assert.deepEqual(await listAll(scene.folder), before);
        assert.equal(await readFile(image, "utf8"), "the image of before");
      }),
  );
}

toolTest({
  name: "build names all that is wrong at once, with the lowest exit code",
  needs: ["apt"],
}, () =>
  inScene(async (scene) => {
    await rm(scene.rcc);
    await rm(join(scene.robot, "conda.yaml"));
    await edit(
      join(scene.robot, "robot.yaml"),
      (text) => text.replace("artifactsDir: output\n", ""),
    );
    const { code, stderr } = await runProgram(
      ["build", ...scene.args, "--base-image", "oci:/nowhere", "--save", "/nowhere/image.tar"],
      { cache: join(scene.folder, "cache") },
    );
    assert.equal(code, 3);
    const errors = stderr.split("\n").filter((line) => line.startsWith("Error: "));
    assert.equal(errors.length, 5, stderr);
  }));

async function inScene(work: (scene: Scene) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  await using library = await unpackLibrary("tiny-shared");
  const robot = join(folder.path, "robot");
  const hololib = join(folder.path, "hololib");
  const rcc = join(folder.path, "rcc");
  await cp(fixturePath("tiny", "robot"), robot, { recursive: true });
  await cp(library.path, hololib, { recursive: true });
  await writeFile(rcc, standInElf("not rcc\n"), { mode: 0o755 });
  const base = `oci:${await busyboxBase()}`;
  const args = ["-r", robot, "--hololib", hololib, "--rcc-exec", rcc, "--base-image", base];
  await work({ folder: folder.path, robot, hololib, rcc, args });
}

/** Everything in a folder but the cache, by name and size. */
async function listAll(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const kept = names.filter((name) => name !== "cache" && !name.startsWith("cache/")).sort();
  return await Promise.all(kept.map(async (name) => {
    const { size, isFile } = await Deno.lstat(join(folder, name));
    return isFile ? `${name} ${size}` : name;
  }));
}
