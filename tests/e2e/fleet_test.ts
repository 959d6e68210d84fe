/** Several robots are built at once: what they share is packed and sent once. */
import assert from "node:assert/strict";
import { appendFile, cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker_registry.ts";
import { fixturePath } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";

interface Fleet extends AsyncDisposable {
  readonly folder: string;
  /** Writes the list. */
  list(lines: readonly string[]): Promise<void>;
  build(args: readonly string[]): ReturnType<typeof runProgram>;
}

/** Robots "a", "b" and "c" of one environment, each with a file of its own; "c" cannot be built. */
async function fleetOfThree(): Promise<Fleet> {
  const temporary = await temporaryFolder();
  const folder = temporary.path;
  for (const name of ["a", "b", "c"]) {
    await cp(fixturePath("tiny", "robot"), join(folder, "robots", name), { recursive: true });
    await writeFile(join(folder, "robots", name, "name.txt"), name);
  }
  await appendFile(join(folder, "robots", "c", "robot.yaml"), "\n\ttasks: [\n");
  const args = [
    ...["build", "--fleet", join("robots", "fleet.yaml"), "--task", "Hello"],
    ...["--hololib", fixturePath("tiny", "hololib.zip"), "--rcc-exec", await standinRcc()],
    ...["--base-image", `oci:${await busyboxBase()}`],
  ];
  const env = {
    ...{ DOCKER_CONFIG: folder, XDG_CONFIG_HOME: folder, XDG_RUNTIME_DIR: folder },
    SOURCE_DATE_EPOCH: "1700000000",
  };
  return {
    folder,
    list: (lines) => writeFile(join(folder, "robots", "fleet.yaml"), lines.join("\n")),
    build: (more) =>
      runProgram([...args, ...more], { cache: join(folder, "cache"), cwd: folder, env }),
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

const entryOf = (robot: string, tag: string) => `- robot: ${robot}\n  tags: [${tag}]`;

/** Uploads that carried a blob to its end, and mounts, as the registry logged them. */
async function blobsOf(registry: DockerRegistry) {
  const lines = await registry.lines();
  const ended = lines.filter((line) => /^PUT \/v2\/.*\/blobs\/uploads\/.* 201$/.test(line));
  const mounted = lines.filter((line) => /^POST \/v2\/.*\/blobs\/uploads\/ 201$/.test(line));
  return { ended: ended.length, mounted: mounted.length };
}

toolTest({
  name: "a fleet of which one robot fails: the others are pushed, shared layers once",
  needs: ["apt", "cc", "docker-registry"],
}, async () => {
  await using fleet = await fleetOfThree();
  await using registry = await startDockerRegistry();
  await fleet.list([
    entryOf("c", `${registry.host}/c:1`),
    entryOf("a", `${registry.host}/a:1`),
    entryOf("b", `${registry.host}/b:1, ${registry.host}/b:2`),
  ]);
  const { code, stdout, stderr } = await fleet.build(["--push"]);
  assert.equal(code, 3, stderr);
  assert.match(stderr, /^Error: c: failed to read "robot\.yaml": /m);
  assert.match(stdout, /^2 of 3 robots built$/m);
  assert.match(stdout, /^c: FAILED$/m);
  assert.match(stdout, /^a: Layering\.\.\. OK/m);
  assert.match(stdout, new RegExp(`^ {2}${registry.host}/b:2@sha256:[0-9a-f]{64}$`, "m"));
  const manifests = await Promise.all(["a", "b"].map(async (name) => {
    const accept = { accept: "application/vnd.oci.image.manifest.v1+json" };
    const url = `http://${registry.host}/v2/${name}/manifests/1`;
    return await (await fetch(url, { headers: accept })).json();
  }));
  const digests = manifests.map(({ layers, config }) =>
    [...layers, config].map(({ digest }) => digest as string)
  );
  const all = new Set(digests.flat());
  // Nothing was sent twice; what both have was mounted into the second one's repository.
  assert.deepEqual(await blobsOf(registry), {
    ended: all.size,
    mounted: new Set(digests[0]).size + new Set(digests[1]).size - all.size,
  });
  assert.ok(all.size < digests.flat().length);
});

toolTest({
  name: "the images of a fleet are those of its robots built alone",
  needs: ["apt", "cc"],
}, async () => {
  await using fleet = await fleetOfThree();
  await fleet.list([entryOf("a", "a:1"), entryOf("b", "b:1")]);
  const { code, stdout, stderr } = await fleet.build(["--oci-layout", "layout", "--json"]);
  assert.equal(code, 0, stderr);
  const { robots } = JSON.parse(stdout);
  const digests = robots.map(({ image }: { image: { imageDigest: string } }) => image.imageDigest);
  for (const name of ["a", "b"]) {
    await rm(join(fleet.folder, "cache"), { recursive: true });
    await fleet.list([entryOf(name, `${name}:1`)]);
    const alone = await fleet.build(["--oci-layout", name, "-q"]);
    assert.equal(alone.stdout.trim().split("@")[1], digests.shift(), alone.stderr);
  }
  const index = JSON.parse(await readFile(join(fleet.folder, "layout", "index.json"), "utf8"));
  assert.equal(index.manifests.length, 2);
});

const REFUSED: Readonly<Record<string, readonly [string[], string[], RegExp]>> = {
  "two robots with one tag": [
    [entryOf("a", "bot"), entryOf("b", "bot:latest")],
    ["--oci-layout", "layout"],
    /failed to read ".*fleet\.yaml": ".*bot:latest" names the image of "a" and that of "b", give/,
  ],
  "a robot that is listed twice": [
    [entryOf("a", "a:1"), entryOf("./a/robot.yaml", "b:1")],
    ["--oci-layout", "layout"],
    /fleet\.yaml:3:3: "\.\/a\/robot\.yaml" is listed already/,
  ],
  "a key that is none": [
    ["- robot: a\n  tag: a:1"],
    ["--oci-layout", "layout"],
    /fleet\.yaml:2:3: "tag" is no key of a list, expected robot, tags, task/,
  ],
  "no robot at all": [["# none"], ["--push"], /fleet\.yaml:1:1: no robot, expected/],
  "an archive": [[entryOf("a", "a:1")], ["--save", "a.tar"], /failed to use --save with --fleet/],
  "a digest file": [
    [entryOf("a", "a:1")],
    ["--push", "--digest-file", "digest"],
    /failed to use --digest-file with --fleet/,
  ],
  "nowhere to go": [[entryOf("a", "a:1")], [], /failed to use --fleet: .* give --push/],
  "a robot beside the list": [[entryOf("a", "a:1")], ["-r", "robots/a"], /leave one out/],
};

for (const [name, [lines, args, expected]] of Object.entries(REFUSED)) {
  toolTest({ name: `a fleet is refused: ${name}`, needs: ["apt", "cc"] }, async () => {
    await using fleet = await fleetOfThree();
    await fleet.list(lines);
    const { code, stderr } = await fleet.build(args);
    assert.match(stderr, expected);
    assert.equal(code, 2);
    assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
  });
}
