/** What the checks say of libraries is what the loader itself says of them in the image. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openBase } from "../../src/base/mod.ts";
import { ImageFiles, relocateFacts } from "../../src/checks/mod.ts";
import { Loader } from "../../src/checks/loader.ts";
import {
  fileRecord,
  openLibrary,
  readBlob,
  spaceLayout,
  walkCatalog,
} from "../../src/holotree/mod.ts";
import { type ElfFacts, programFacts } from "../../src/programs/mod.ts";
import { debianBase } from "../support/bases.ts";
import { largeFixturePath } from "../support/fixtures.ts";
import { podman } from "../support/podman.ts";
import { runProgram } from "../support/program.ts";
import { CI_REQUIREMENTS, realLibrary } from "../support/real_library.ts";
import { IS_SOAK } from "../support/soak.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

/** An environment, and the base that it is tried on. */
interface Case {
  readonly hololib: string;
  readonly hash: string;
  readonly condaYaml: string;
  /** An OCI layout. */
  readonly base: string;
  /** A folder of the environment that LD_LIBRARY_PATH names in the image. */
  readonly libraryPath?: string;
}

const HOME = "/home/robot";

/** Of each program what it asks for, directly or not: the file that is found, or `-` for none. */
type Answers = ReadonlyMap<string, ReadonlyMap<string, string>>;

interface Environment {
  readonly folder: string;
  readonly elves: ReadonlyMap<string, ElfFacts>;
  readonly files: ImageFiles;
}

async function readEnvironment({ hololib, hash, base }: Case): Promise<Environment> {
  const library = await openLibrary(hololib);
  const { catalog } = await library.readCatalog(hash);
  const { folder } = spaceLayout(catalog.path, { home: HOME, robocorpHome: `${HOME}/.robocorp` });
  const elves = new Map<string, ElfFacts>();
  for (const entry of walkCatalog(catalog)) {
    if (entry.kind !== "file" || entry.symlink !== undefined) continue;
    const bytes = await readBlob(library, fileRecord(catalog, entry.node), { limit: 2 ** 30 });
    const facts = programFacts(bytes);
    if (facts?.kind !== "elf") continue;
    elves.set(entry.path, relocateFacts(facts, { from: catalog.path, to: folder }));
  }
  const { tree } = await openBase(`oci:${base}`);
  const files = walkCatalog(catalog).filter(({ kind, symlink }) =>
    kind === "file" || symlink !== undefined
  );
  return { folder, elves, files: new ImageFiles({ tree, folder, files }) };
}

async function ourAnswers(
  { folder, elves, files }: Environment,
  { base, libraryPath }: Case,
): Promise<Answers> {
  const { loader: facts } = await openBase(`oci:${base}`);
  const loader = new Loader({
    find: (path) => files.find(path),
    facts: (own) => elves.get(own),
    base: facts,
    libraryPath: libraryPath === undefined ? [] : [`${folder}/${libraryPath}`],
  });
  return new Map([...elves.keys()].map((file) => {
    const { names, missing } = loader.load({ path: `${folder}/${file}`, own: file });
    return [
      file,
      new Map([
        ...[...names].map(([name, { file: { path } }]) => [name, path] as const),
        ...missing.map(({ name }) => [name, "-"] as const),
      ]),
    ];
  }));
}

/** Asks the loader of the image, in a container. */
async function theirAnswers(
  { folder, elves, files }: Environment,
  { base, hololib, hash, condaYaml, libraryPath }: Case,
): Promise<Answers> {
  await using scratch = await temporaryFolder();
  const robot = join(scratch.path, "robot");
  await mkdir(robot);
  await writeFile(join(robot, "conda.yaml"), condaYaml);
  await writeFile(
    join(robot, "robot.yaml"),
    "tasks:\n  Go:\n    shell: python -V\nartifactsDir: output\ncondaConfigFile: conda.yaml\n",
  );
  const lists = join(scratch.path, "lists");
  await mkdir(lists);
  await writeFile(join(lists, "files"), [...elves.keys()].map((file) => `${file}\n`).join(""));
  const image = join(scratch.path, "image.tar");
  const tag = "loader:1";
  const built = await runProgram([
    ...["build", "-r", robot, "--hololib", hololib, "--catalog", hash, "-t", tag],
    ...["--rcc-exec", await standinRcc(), "--base-image", `oci:${base}`, "--save", image],
    ...(libraryPath === undefined ? [] : ["--env", `LD_LIBRARY_PATH=${folder}/${libraryPath}`]),
  ], { cache: join(scratch.path, "cache") });
  assert.equal(built.code, 0, built.stderr);
  const [reference = ""] = await podman.load(image);
  // It ends at the first library that it does not find; asked as ldd asks, it goes on.
  const script = `cd ${folder}; ld=/lib64/ld-linux-x86-64.so.2; while read -r file; do
    echo "file $file"
    $ld --list "$PWD/$file" 2>/dev/null || LD_TRACE_LOADED_OBJECTS=1 $ld "$PWD/$file" 2>&1 || true
  done < /lists/files`;
  const { stdout, stderr, code } = await podman.run(reference, {
    entrypoint: "/bin/sh",
    args: ["-c", script],
    mounts: [{ source: lists, target: "/lists", readOnly: true }],
    user: "0",
    timeoutMs: 600_000,
  });
  assert.equal(code, 0, stderr);
  const answers = new Map<string, Map<string, string>>();
  let answer = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    const [, file] = /^file (.*)$/.exec(line) ?? [];
    if (file !== undefined) {
      answer = new Map();
      answers.set(file, answer);
    }
    const [, name, path] = /^\t(\S+) => (.*?)(?: \(0x[0-9a-f]+\))?$/.exec(line) ?? [];
    if (name !== undefined) answer.set(name, placeOf(path!, files));
  }
  return answers;
}

function placeOf(path: string, files: ImageFiles): string {
  return path === "not found" ? "-" : files.find(path)?.path ?? path;
}

/** Libraries that the base's own ask for are not looked into, for they are there. */
async function requireAgreement(of: Case): Promise<void> {
  const environment = await readEnvironment(of);
  const ours = await ourAnswers(environment, of);
  const theirs = await theirAnswers(environment, of);
  assert.deepEqual([...theirs.keys()].sort(), [...ours.keys()].sort());
  let compared = 0;
  const differences: string[] = [];
  for (const [file, their] of theirs) {
    const our = ours.get(file)!;
    for (const name of new Set([...their.keys(), ...our.keys()])) {
      const [a, b] = [our.get(name), their.get(name)];
      const isOfBase = a === undefined && !b!.startsWith(environment.folder) && b !== "-";
      // Its own name, and those of what is loaded under another.
      const isAlias = b === undefined && a !== "-";
      if (isOfBase || isAlias) continue;
      compared++;
      if (a !== b) differences.push(`${file}: ${name}: ours ${a}, the loader's ${b}`);
    }
  }
  assert.deepEqual(differences, []);
  assert.ok(compared > 100, `${compared} libraries of ${theirs.size} programs`);
}

toolTest({
  name: "the loader agrees on every program of an environment that RCC built",
  needs: ["mmdebstrap", "podman", "cc", "tar"],
  on: ["large fixtures"],
}, async () => {
  await using folder = await temporaryFolder();
  await run("tar", ["-xf", largeFixturePath("real", "medium-hololib.tar")!, "-C", folder.path]);
  await requireAgreement({
    hololib: join(folder.path, "hololib"),
    hash: "e30b98f5330f29b2",
    condaYaml: await Deno.readTextFile(largeFixturePath("real", "medium-1.conda.yaml")!),
    base: await debianBase(),
    // Its Python was copied from a place that RUNPATH still names: without this it would not start.
    libraryPath: "lib",
  });
});

if (IS_SOAK) {
  toolTest({
    name: "the loader agrees on every program of an environment of packages of PyPI",
    needs: ["mmdebstrap", "podman", "cc", "pip"],
  }, async () => {
    const library = await realLibrary(CI_REQUIREMENTS);
    await requireAgreement({ ...library, base: await debianBase() });
  });
}
