/** What docs/image.md says of stopping, exit codes, folders from outside and other users, tried. */
import assert from "node:assert/strict";
import { chmod, chown, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { containerName, type ContainerOptions, type Engine } from "../support/engine.ts";
import { docker, podman } from "../support/engines.ts";
import { type RobotScene, robotScene, type SceneFiles } from "../support/robot_scene.ts";
import { run, toolTest } from "../support/tools.ts";

const OUTPUT = "/home/robot/app/output";

const ROBOT = `tasks:
  Write:
    shell: hello write
  Fail:
    shell: hello fail
  Wait:
    shell: hello wait
artifactsDir: output
condaConfigFile: conda.yaml
`;

const environment = (): SceneFiles => ({
  "bin/hello": `#!/bin/sh
case $1 in
  write) id -u > "$ROBOT_ARTIFACTS/result.txt" ;;
  fail) exit 7 ;;
  wait) trap 'echo told to end; exit 0' TERM; echo waiting; sleep 300 & wait ;;
esac
`,
});

for (const engine of [docker, podman]) {
  toolTest(
    { name: `containers of ${engine.name} do what docs/image.md says`, needs: needsOf(engine) },
    async (t) => {
      await using scene = await robotScene({ environment, robot: { "robot.yaml": ROBOT } });
      const normal = await load(engine, scene);
      const sealed = await load(engine, scene, "--sealed");
      await t.step("exit codes are rcc's", () => tryExitCodes(engine, normal));
      await t.step("a container that is stopped ends at once", () => tryStop(engine, normal));
      await t.step("artifacts come out by a folder or a volume", async () => {
        await tryArtifacts(engine, normal, join(scene.folder, "mounts"));
      });
      await t.step("another user and a read-only root are refused", () => tryUsers(engine, normal));
      await t.step("a sealed image bears any user and a read-only root", async () => {
        await trySealed(engine, sealed, join(scene.folder, "volume"));
      });
    },
  );
}

toolTest({
  name: "runc runs a sealed image as umoci unpacks it, for any uid on a read-only root",
  needs: ["apt", "cc", "runc", "umoci"],
}, async () => {
  await using scene = await robotScene({ environment, robot: { "robot.yaml": ROBOT } });
  const base = `oci:${await busyboxBase()}`;
  const args = ["--base-image", base, "-t", "bot:1", "--oci-layout", "layout", "--task", "Write"];
  const { code, stdout, stderr } = await scene.build([...args, "--sealed"]);
  assert.equal(code, 0, stderr);
  assert.match(stdout.replaceAll(/\s+/g, " "), /sealed: rcc takes .* everybody can read the env/);
  const index = JSON.parse(await readFile(join(scene.folder, "layout/index.json"), "utf8"));
  const tag = index.manifests[0].annotations["org.opencontainers.image.ref.name"];
  const bundle = join(scene.folder, "bundle");
  await run("umoci", ["unpack", "--image", `layout:${tag}`, bundle], { cwd: scene.folder });
  const config = JSON.parse(await readFile(join(bundle, "config.json"), "utf8"));
  const uid = 10_000 + Math.floor(Math.random() * 2 ** 30);
  config.process = { ...config.process, terminal: false, user: { uid, gid: uid }, rlimits: [] };
  config.root.readonly = true;
  for (const destination of ["/tmp", OUTPUT]) {
    config.mounts.push({ destination, type: "tmpfs", source: "tmpfs", options: ["nosuid"] });
  }
  await writeFile(join(bundle, "config.json"), JSON.stringify(config));
  const state = join(scene.folder, "runc");
  const result = await run("runc", ["--root", state, "run", "--bundle", bundle, containerName()], {
    allowFailure: true,
  });
  assert.equal(result.code, 0, `uid ${uid}: ${result.stderr}`);
});

function needsOf(engine: Engine) {
  return ["apt", "cc", ...engine.needs] as const;
}

async function load(engine: Engine, scene: RobotScene, ...args: readonly string[]) {
  const tag = `containers/${engine.name}${args.length === 0 ? "" : "-sealed"}:1`;
  const base = `oci:${await busyboxBase()}`;
  const { code, stderr } = await scene.build([
    ...["--base-image", base, "-t", tag, "--task", "Write", "--save", "image.tar", ...args],
  ]);
  assert.equal(code, 0, stderr);
  await engine.load(join(scene.folder, "image.tar"));
  return `docker.io/${tag}`;
}

async function tryExitCodes(engine: Engine, image: string): Promise<void> {
  const code = async (...args: readonly string[]) => (await engine.run(image, { args })).code;
  assert.equal(await code(), 0);
  assert.equal(await code("--task", "Fail"), 10);
  assert.equal(await code("--task", "Nothing"), 3);
  assert.equal(await code("--no-such-flag"), 1);
}

/**
 * As process 1, rcc ends by Go's own exit code; below `--init`, by the signal. podman has no init of
 * its own: it wants catatonit beside it, which may be missing.
 */
async function tryStop(engine: Engine, image: string): Promise<void> {
  const stopped = await runUntil(["stop", "--time=60"], { engine, image });
  assert.equal(stopped.code, 2);
  assert.doesNotMatch(stopped.said, /told to end/);
  assert.equal((await runUntil(["kill"], { engine, image })).code, 137);
  if (engine !== docker) return;
  const init = await runUntil(["stop", "--time=60"], { engine, image, flags: ["--init"] });
  assert.equal(init.code, 143);
  assert.doesNotMatch(init.said, /told to end/);
}

interface RunUntilOptions {
  readonly engine: Engine;
  readonly image: string;
  readonly flags?: readonly string[];
}

/** Starts a container whose task waits, has the engine end it, and tells how it ended. */
async function runUntil(end: readonly string[], { engine, image, flags = [] }: RunUntilOptions) {
  const name = containerName();
  await engine.command([
    ...["run", "--detach", `--name=${name}`, "--network=none", ...engine.runFlags, ...flags],
    ...[image, "--task", "Wait"],
  ]);
  const said = async () => (await engine.command(["logs", name])).stdout;
  for (let tries = 0; !(await said()).includes("waiting"); tries++) {
    assert.ok(tries < 600, "the task never began");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await engine.command([...end, name]);
  const { stdout: code } = await engine.command(["wait", name]);
  const ended = { code: Number(code), said: await said() };
  await engine.command(["rm", "--force", name]);
  return ended;
}

async function tryArtifacts(engine: Engine, image: string, folder: string): Promise<void> {
  const runOnto = (source: string, options: ContainerOptions = {}) =>
    engine.run(image, { ...options, mounts: [{ source, target: OUTPUT }] });
  const output = await folderOf(join(folder, "output"), { mode: 0o755, owner: [0, 0] });
  const foreign = await runOnto(output);
  assert.equal(foreign.code, 4);
  assert.match(foreign.stderr, /artifacts folder .* missing or not writable/);
  await chown(output, 1000, 1000);
  assert.equal((await runOnto(output)).code, 0);
  assert.equal(await readFile(join(output, "result.txt"), "utf8"), "1000\n");
  assert.equal((await stat(join(output, "result.txt"))).uid, 1000);
  const all = await folderOf(join(folder, "all"), { mode: 0o777, owner: [0, 0] });
  assert.equal((await runOnto(all)).code, 0);
  assert.equal((await runOnto(output, { user: "0" })).code, 0);
  assert.equal(await readFile(join(output, "result.txt"), "utf8"), "0\n");
  const volume = containerName();
  assert.equal((await runOnto(volume)).code, 0, "a new volume gets the owner of what it hides");
  await engine.command(["volume", "rm", volume]);
}

async function tryUsers(engine: Engine, image: string): Promise<void> {
  const other = await engine.run(image, { user: "4711" });
  assert.equal(other.code, 4, other.stderr);
  assert.match(other.stderr, /\/home\/robot\/\.robocorp\/rcc\.yaml: not readable for the user/);
  const readOnly = await engine.run(image, { readOnly: true, tmpfs: ["/tmp", OUTPUT] });
  assert.equal(readOnly.code, 4, readOnly.stderr);
  assert.match(readOnly.stderr, /rcc\.yaml: not writable for the user/);
  assert.equal((await engine.run(image, { user: "1000" })).code, 0);
  assert.equal((await engine.run(image, { user: "0" })).code, 0, "root may do everything");
}

/** As an orchestrator has it: any uid, a read-only root, volumes of a group of their own. */
async function trySealed(engine: Engine, image: string, folder: string): Promise<void> {
  const volume = await folderOf(folder, { mode: 0o2775, owner: [0, 2000] });
  const mounts = [{ source: volume, target: OUTPUT }];
  const runAs = (user: string) =>
    engine.run(image, { user, readOnly: true, tmpfs: ["/tmp"], mounts });
  const refused = await runAs("1000720000:0");
  assert.equal(refused.code, 4);
  assert.match(refused.stderr, /artifacts folder .* missing or not writable/);
  const { code, stderr } = await runAs("1000720000:2000");
  assert.equal(code, 0, stderr);
  assert.match(stderr, /warranty/i);
  assert.equal(await readFile(join(volume, "result.txt"), "utf8"), "1000720000\n");
  const inMemory = { user: "4711", readOnly: true, tmpfs: ["/tmp", OUTPUT] };
  assert.equal((await engine.run(image, inMemory)).code, 0, "a tmpfs that is open to all");
  const named = containerName();
  const onVolume = { user: "4711", readOnly: true, tmpfs: ["/tmp"] };
  const onto = [{ source: named, target: OUTPUT }];
  assert.equal((await engine.run(image, { ...onVolume, mounts: onto })).code, 0);
  await engine.command(["volume", "rm", named]);
}

interface FolderFacts {
  readonly mode: number;
  readonly owner: readonly [uid: number, gid: number];
}

async function folderOf(path: string, { mode, owner }: FolderFacts): Promise<string> {
  await mkdir(path, { recursive: true });
  await chown(path, ...owner as [number, number]);
  await chmod(path, mode);
  return path;
}
