/** A robot without a library: rcc builds its environment, and the image is made of it. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { spaceName } from "../../src/holotree/mod.ts";
import { busyboxBase } from "../support/bases.ts";
import { podman } from "../support/engines.ts";
import { runProgram, startProgram } from "../support/program.ts";
import { standinRcc } from "../support/standin.ts";
import { type StandinHost, standinHost } from "../support/standin_resolver.ts";
import { run, toolTest } from "../support/tools.ts";

const ROBOT =
  "tasks:\n  Hello:\n    shell: where\ncondaConfigFile: conda.yaml\nartifactsDir: output\n";
const CONDA = "channels:\n  - conda-forge\ndependencies:\n  - tinyenv=1.0\n";

/** Where the packages of the program are: the host of a test has a home of its own. */
const DENO_DIR = Deno.env.get("DENO_DIR") ?? join(homedir(), ".cache", "deno");

interface BuildOptions {
  readonly conda?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

async function build(host: StandinHost, { conda = CONDA, env = {}, args = [] }: BuildOptions = {}) {
  return await runProgram(await argsFor(host, conda, args), {
    cache: join(host.folder, "cache"),
    env: { ...host.env, DENO_DIR, ...env },
  });
}

/** Writes the robot, and returns how it is built. */
async function argsFor(
  host: StandinHost,
  conda: string,
  args: readonly string[],
): Promise<readonly string[]> {
  const robot = join(host.folder, "robot");
  const rcc = join(host.folder, "rcc-linux64");
  await mkdir(robot, { recursive: true });
  await writeFile(join(robot, "robot.yaml"), ROBOT);
  await writeFile(join(robot, "conda.yaml"), conda);
  await writeFile(rcc, standInElf("not rcc\n"), { mode: 0o755 });
  return [
    ...["build", "-r", robot, "--rcc-exec", rcc, "-v"],
    ...["--base-image", `oci:${await busyboxBase()}`],
    ...["-t", "bot:1", "--oci-layout", join(host.folder, "layout"), ...args],
  ];
}

interface Hanging {
  readonly child: Deno.ChildProcess;
  /** rcc, and what it has started. */
  readonly processes: readonly number[];
  /** What the program has said in the end. */
  readonly said: Promise<string>;
}

/** A build in which rcc hangs, as far as that. */
async function hangingBuild(host: StandinHost, conda = CONDA): Promise<Hanging> {
  const child = startProgram(await argsFor(host, conda, []), {
    cache: join(host.folder, "cache"),
    env: { ...host.env, DENO_DIR, STANDIN_RESOLVE: "hang" },
    stderr: "piped",
  });
  const hangs = Promise.withResolvers<number>();
  const said = (async () => {
    let text = "";
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const started = /hanging with child ([0-9]+)/.exec(text)?.[1];
      if (started !== undefined) hangs.resolve(Number(started));
    }
    hangs.reject(new Error(`rcc does not hang: ${text}`));
    return text;
  })();
  const started = await hangs.promise;
  const rcc = (await host.calls()).find(({ args }) => args.includes("variables"))!;
  return { child, processes: [rcc.pid, started], said };
}

async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

/** What rcc had begun is there, no environment is, and nothing of ours is anywhere. */
async function requireAsLeft(host: StandinHost): Promise<void> {
  assert.deepEqual((await readdir(host.robocorpHome)).sort(), ["holotree", "standin-began"]);
  assert.deepEqual(await readdir(join(host.folder, "tmp")), []);
  await assert.rejects(readdir(join(host.folder, "layout")), { code: "ENOENT" });
}

/** How often the stand-in was told to resolve. */
async function resolvings(host: StandinHost): Promise<number> {
  return (await host.calls()).filter(({ args }) => args.includes("variables")).length;
}

toolTest({
  name: "build resolves what no library has, and the second build resolves nothing",
  needs: ["apt"],
}, async () => {
  await using host = await standinHost();
  const first = await build(host);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^Reading environment\.\.\. not built yet$/m);
  assert.match(first.stdout, /Resolving environment... OK/);
  assert.equal(await resolvings(host), 1);
  const second = await build(host);
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stdout, /^Reading environment\.\.\. OK$/m);
  assert.doesNotMatch(second.stdout, /Resolving/);
  assert.equal(await resolvings(host), 1);
  const third = await build(host, { args: ["--resolve"] });
  assert.equal(third.code, 0, third.stderr);
  assert.match(third.stdout, /^Reading environment\.\.\. asked for afresh by --resolve$/m);
  assert.equal(await resolvings(host), 2);
  assert.equal((await host.calls()).filter(({ args }) => args.includes("--force")).length, 1);
});

toolTest({
  name: "what rcc has just resolved runs in a container",
  needs: ["apt", "cc", "podman"],
}, async () => {
  await using host = await standinHost();
  const archive = join(host.folder, "image.tar");
  const tag = "resolve/fresh:1";
  const args = ["--rcc-exec", await standinRcc(), "--save", archive, "-t", tag];
  const { code, stdout, stderr } = await build(host, { args });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Resolving environment... OK/);
  await podman.load(archive);
  const ran = await podman.run(`docker.io/${tag}`, { env: { RCC_STANDIN_DEEP: "1" } });
  assert.equal(ran.code, 0, ran.stderr);
  const space = spaceName({ home: "/home/robot" });
  assert.equal(ran.stdout, `${host.robocorpHome}/holotree/${space}/bin\n`);
});

toolTest({
  name: "of two builds that want the same environment one waits, and says so",
  needs: ["apt"],
}, async () => {
  await using host = await standinHost();
  const options = { env: { STANDIN_DELAY_MS: "1000" } };
  const both = await Promise.all([build(host, options), build(host, options)]);
  for (const { code, stderr } of both) assert.equal(code, 0, stderr);
  const waiting = both.filter(({ stderr }) => /^Warning: another rcc is building/m.test(stderr));
  assert.equal(waiting.length, 1);
  assert.match(waiting[0]!.stdout, /^Resolving environment\.\.\. OK \(waited for another rcc\)$/m);
  const built = both.filter(({ stderr }) => stderr.includes("Running micromamba phase."));
  assert.equal(built.length, 1);
});

toolTest({
  name: "build ends with exit code 5 and rcc's last lines when rcc fails",
  needs: ["apt"],
}, async () => {
  await using host = await standinHost();
  const { code, stderr } = await build(host, { env: { STANDIN_RESOLVE: "fail" } });
  assert.equal(code, 5, stderr);
  assert.match(
    stderr,
    /^Error: failed to resolve the environment of "conda\.yaml": rcc ended with exit code 6, its last lines: ".*package \\"nosuch\\" was not found in any channel", run again with -v/m,
  );
  await requireAsLeft(host);
});

toolTest({
  name: "build quotes what says why rcc has failed, and not what rcc says after it",
  needs: ["apt"],
}, async () => {
  await using host = await standinHost();
  const { code, stderr } = await build(host, { env: { STANDIN_RESOLVE: "pip" } });
  assert.equal(code, 5, stderr);
  assert.match(stderr, /^Error: .* it said: "ERROR: Could not find a version .*tinypkg==9\.9 /m);
  assert.doesNotMatch(stderr, /^Error: .*trailer/m);
});

toolTest({ name: "build ends with exit code 5 when rcc is killed", needs: ["apt"] }, async () => {
  await using host = await standinHost();
  const { code, stderr } = await build(host, { env: { STANDIN_RESOLVE: "crash" } });
  assert.equal(code, 5, stderr);
  assert.match(
    stderr,
    /^Error: .*: rcc was ended by SIGKILL, .*check that there is enough memory/m,
  );
  await requireAsLeft(host);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  toolTest(
    { name: `${signal} ends a build whose rcc hangs, and all of rcc`, needs: ["apt"] },
    async () => {
      await using host = await standinHost();
      const { child, processes, said } = await hangingBuild(host);
      assert.deepEqual(await Promise.all(processes.map(isAlive)), [true, true]);
      child.kill(signal);
      assert.equal((await child.status).code, code, await said);
      assert.match(await said, new RegExp(`^Error: interrupted by ${signal}`, "m"));
      assert.deepEqual(await Promise.all(processes.map(isAlive)), [false, false]);
      await requireAsLeft(host);
    },
  );
}

toolTest(
  { name: "what a killed build leaves in TMPDIR is swept by the next", needs: ["apt"] },
  async () => {
    await using host = await standinHost();
    const { child, processes } = await hangingBuild(host, MIXED);
    child.kill("SIGKILL");
    await child.status;
    // Nobody can end rcc for a program that was killed: it would go on to its end.
    Deno.kill(-processes[0]!, "SIGKILL");
    const left = await readdir(join(host.folder, "tmp"));
    assert.match(left.join(" "), /^rcc-oci-resolve-[A-Za-z0-9]+$/);
    const { code, stderr } = await build(host, { conda: MIXED });
    assert.equal(code, 0, stderr);
    assert.deepEqual(await readdir(join(host.folder, "tmp")), []);
  },
);

const SECRETS = {
  CONDA_TOKEN: "conda-token-4711",
  MY_API_KEY: "api-key-0815-xyz",
  DB_PASSWORD: "correct-horse-battery",
  GITHUB_TOKEN: "ghp_abcdefghijklmnop",
  PIP_INDEX_URL: "https://reader:hunter2secret@pypi.example/simple",
  HTTPS_PROXY_NOT_USED: "http://proxyuser:proxypass99@127.0.0.1:1",
};
const VALUES = [
  ...["conda-token-4711", "api-key-0815-xyz", "correct-horse-battery", "ghp_abcdefghijklmnop"],
  ...["hunter2secret", "proxypass99"],
];

toolTest({ name: "secrets of the host are found nowhere", needs: ["apt", "gzip"] }, async () => {
  await using host = await standinHost();
  const { code, stdout, stderr } = await build(host, {
    env: { ...SECRETS, STANDIN_SAY: Object.keys(SECRETS).join(",") },
    args: ["--metadata-file", join(host.folder, "metadata.json")],
  });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /PIP_INDEX_URL.* set, but rcc runs pip isolated/);
  assert.ok((await host.calls()).some(({ env }) => env.CONDA_TOKEN === SECRETS.CONDA_TOKEN));
  const layout = join(host.folder, "layout");
  const { stdout: blobs } = await run("sh", [
    "-c",
    'for blob in "$1"/blobs/sha256/*; do cat "$blob"; gzip -dc "$blob" 2>/dev/null || true; done',
    "sh",
    layout,
  ]);
  const metadata = await readFile(join(host.folder, "metadata.json"), "utf8");
  for (const value of VALUES) {
    for (const text of [stdout, stderr, blobs, metadata]) {
      assert.ok(!text.includes(value), `found ${value.slice(0, 4)}…`);
    }
  }
});

toolTest({
  name: "a secret that rcc recorded is refused, by its file and kind, unless it is allowed",
  needs: ["apt"],
}, async () => {
  await using host = await standinHost();
  const env = { CONDA_TOKEN: SECRETS.CONDA_TOKEN, STANDIN_PLAN: "CONDA_TOKEN" };
  const refused = await build(host, { env });
  assert.equal(refused.code, 5, refused.stderr);
  assert.match(
    refused.stderr,
    /failed to pack "rcc_plan\.log" of the environment: found .*CONDA_TOKEN/,
  );
  assert.doesNotMatch(refused.stderr + refused.stdout, /conda-token-4711/);
  const allowed = await build(host, { env, args: ["--allow-recorded-secrets"] });
  assert.equal(allowed.code, 0, allowed.stderr);
});

const MIXED = CONDA +
  "  - pywin32=306\n  - pip:\n      - colorama==0.4.6; sys_platform == 'win32'\n" +
  "      - requests==2.31.0\n";

toolTest({
  name: "what cannot work on Linux is left out with a warning, in the image too",
  needs: ["apt", "tar", "gzip"],
}, async () => {
  await using host = await standinHost();
  const { code, stderr } = await build(host, { conda: MIXED });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Warning: left out of the image's conda\.yaml.*pywin32.*colorama/);
  const layout = join(host.folder, "layout");
  const { stdout } = await run("sh", [
    "-c",
    'for blob in "$1"/blobs/sha256/*; do tar -xzOf "$blob" home/robot/app/conda.yaml 2>/dev/null || true; done',
    "sh",
    layout,
  ]);
  assert.match(stdout, /tinyenv=1\.0/);
  assert.match(stdout, /requests==2\.31\.0/);
  assert.doesNotMatch(stdout, /pywin32|colorama/);
});

toolTest({
  name: "--strict-platform refuses what cannot work on Linux, with its place",
  needs: ["apt"],
}, async () => {
  await using host = await standinHost();
  const { code, stderr } = await build(host, { conda: MIXED, args: ["--strict-platform"] });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /conda\.yaml:5:5: .*pywin32/);
  assert.equal(await resolvings(host), 0);
});

toolTest(
  { name: "a catalog that is not there is not replaced without --resolve", needs: ["apt"] },
  async () => {
    await using host = await standinHost();
    const { code, stderr } = await build(host, { args: ["--catalog", "0123456789abcdef"] });
    assert.equal(code, 5, stderr);
    assert.match(stderr, /add --resolve/);
    assert.equal(await resolvings(host), 0);
  },
);
