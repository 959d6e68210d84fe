import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "../../src/failure/mod.ts";
import { blueprintHash, blueprintText, findFile, openLibrary } from "../../src/holotree/mod.ts";
import { resolveEnvironment } from "../../src/rcc/mod.ts";
import type { ResolveOptions } from "../../src/rcc/resolve.ts";
import { parseCondaFile, readRobot } from "../../src/robot/mod.ts";
import { type StandinHost, standinHost } from "../support/standin_resolver.ts";
import { run } from "../support/tools.ts";

const CONDA = "channels:\n  - conda-forge\ndependencies:\n  - tinyenv=1.0\n";
const ROBOT =
  "tasks:\n  Hello:\n    shell: where\ncondaConfigFile: conda.yaml\nartifactsDir: output\n";

function hashOf(text: string): string {
  return blueprintHash(blueprintText(parseCondaFile(text, "conda.yaml")));
}

interface Scene {
  readonly host: StandinHost;
  readonly lines: string[];
  resolve(options?: Partial<ResolveOptions>): ReturnType<typeof resolveEnvironment>;
}

async function scene(host: StandinHost): Promise<Scene> {
  const folder = join(host.folder, "my robot");
  await mkdir(folder);
  await writeFile(join(folder, "conda.yaml"), CONDA);
  await writeFile(join(folder, "robot.yaml"), ROBOT);
  const robot = await readRobot(folder);
  const lines: string[] = [];
  return {
    host,
    lines,
    resolve: ({ env = {}, ...options } = {}) =>
      resolveEnvironment({
        rccExec: host.rcc,
        robot,
        hostOs: "linux",
        hostArch: "x64",
        onLine: (line) => lines.push(line),
        ...options,
        env: { ...host.env, ...env },
      }),
  };
}

function isAlive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

async function untilLine(lines: readonly string[], pattern: RegExp): Promise<string> {
  for (;;) {
    const line = lines.find((line) => pattern.test(line));
    if (line !== undefined) return line;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("resolveEnvironment() has rcc build the environment in the user's own ROBOCORP_HOME", async () => {
  await using host = await standinHost();
  const { resolve, lines } = await scene(host);
  const env = {
    CONDA_TOKEN: "tk-0123456789",
    PIP_INDEX_URL: "https://me:pa55word@pypi.test/simple",
  };
  const { blueprint } = await resolve({ env });
  assert.equal(blueprint, hashOf(CONDA));
  const library = await openLibrary(join(host.robocorpHome, "hololib"));
  const { catalog } = await library.readCatalog(blueprint!);
  assert.ok(findFile(catalog, "rcc_plan.log"));
  assert.equal(lines[0], "Fresh [private mode] holotree environment stand-in.");
  assert.ok(lines.includes("downloading 100%"), "each state of a bar is a line");
  const [call] = await host.calls();
  assert.equal(call!.cwd, join(host.folder, "my robot"));
  for (const [name, value] of Object.entries({ ...host.env, ...env })) {
    assert.equal(call!.env[name], value, `rcc is handed ${name}`);
  }
});

Deno.test("resolveEnvironment() builds nothing when rcc has the environment", async () => {
  await using host = await standinHost();
  const { resolve, lines } = await scene(host);
  await resolve();
  lines.length = 0;
  await resolve();
  assert.ok(lines.includes("Restore space from library"));
  assert.ok(!lines.some((line) => line.includes("micromamba")));
});

Deno.test("resolveEnvironment() resolves another text in the file's place, and leaves no file", async () => {
  await using host = await standinHost();
  const { resolve } = await scene(host);
  const text = CONDA.replace("1.0", "2.0");
  assert.equal((await resolve({ text })).blueprint, hashOf(text));
  const [call] = await host.calls();
  const path = call!.args.at(-1)!;
  assert.match(path, /\/conda\.yaml$/);
  await assert.rejects(readFile(path), { code: "ENOENT" });
  assert.equal(await readFile(join(host.folder, "my robot", "conda.yaml"), "utf8"), CONDA);
});

Deno.test("resolveEnvironment() shows no secret of the host, not in its lines nor in a failure", async () => {
  await using host = await standinHost();
  await writeFile(
    join(host.folder, "home", ".netrc"),
    "machine pypi.test login me password netrc-pa55word\n",
  );
  const secrets = {
    CONDA_TOKEN: "tk-0123456789",
    PIP_INDEX_URL: "https://me:index%2Dpa55@pypi.test/simple",
    PIP_EXTRA_INDEX_URL: "https://a:first-pa55@one.test/ https://b:second-pa55@two.test/",
    HTTPS_PROXY: "http://user:proxy-pa55@proxy.test:3128",
    MY_API_KEY: "key-0123456789",
    DB_PASSWORD: "p@ss+w.rd(*)",
  };
  const note = { NOTE: "netrc-pa55word key-0123456789 index-pa55" };
  const { resolve, lines } = await scene(host);
  const env = {
    ...secrets,
    ...note,
    STANDIN_SAY: Object.keys({ ...secrets, ...note }).join(","),
    STANDIN_RESOLVE: "fail",
  };
  const failure = await resolve({ env }).then(() => undefined, (error) => error as Failure);
  assert.ok(failure instanceof Failure);
  const told = [...lines, failure.message, ...failure.details].join("\n");
  assert.match(told, /using CONDA_TOKEN=\*\*\*/);
  for (
    const part of ["tk-0123456789", "index%2Dpa55", "index-pa55", "first-pa55", "second-pa55"]
      .concat("proxy-pa55", "key-0123456789", "p@ss+w.rd(*)", "netrc-pa55word")
  ) {
    assert.ok(!told.includes(part), `${part} is shown`);
  }
});

Deno.test("resolveEnvironment() fails with rcc's last lines, and leaves ROBOCORP_HOME as it is", async () => {
  await using host = await standinHost();
  const { resolve } = await scene(host);
  await assert.rejects(resolve({ env: { STANDIN_RESOLVE: "fail" } }), (error: Failure) => {
    assert.equal(error.id, "environment/resolve");
    assert.match(
      error.message,
      /^failed to resolve the environment of "conda\.yaml": rcc ended with exit code 6, its last lines: ".*package \\"nosuch\\" was not found in any channel", run again with -v/,
    );
    assert.ok(error.details.includes("rcc: Running micromamba phase."));
    return true;
  });
  const left = await readdir(host.robocorpHome);
  assert.ok(left.includes("standin-began"), "what rcc had begun is still there");
});

Deno.test("resolveEnvironment() quotes the lines that say why, not what rcc says after them", async () => {
  await using host = await standinHost();
  const { resolve } = await scene(host);
  await assert.rejects(resolve({ env: { STANDIN_RESOLVE: "pip" } }), {
    message:
      /exit code 6, it said: "ERROR: Could not find .* tinypkg==9\.9 \/ ERROR: No matching .* \/ Fatal \[Pip \[1\/1\]\]: exit status 1", run again with -v/,
  });
});

Deno.test("resolveEnvironment() builds afresh what rcc has, when it is told to", async () => {
  await using host = await standinHost();
  const { resolve, lines } = await scene(host);
  await resolve();
  lines.length = 0;
  const { blueprint } = await resolve({ afresh: true });
  assert.equal(blueprint, hashOf(CONDA));
  assert.ok(!lines.includes("Restore space from library"));
  assert.deepEqual((await host.calls()).map(({ args }) => args.includes("--force")).sort(), [
    false,
    true,
  ]);
});

Deno.test("resolveEnvironment() says so when rcc is killed", async () => {
  await using host = await standinHost();
  const { resolve } = await scene(host);
  await assert.rejects(resolve({ env: { STANDIN_RESOLVE: "crash" } }), {
    message: /rcc was ended by SIGKILL, .*, check that there is enough memory$/,
  });
});

for (const kind of ["hang", "stubborn"]) {
  Deno.test(`resolveEnvironment() leaves no process of a ${kind} rcc when it is interrupted`, async () => {
    await using host = await standinHost();
    const { resolve, lines } = await scene(host);
    const controller = new AbortController();
    const reason = new Error("interrupted by SIGINT");
    const resolving = resolve({
      env: { STANDIN_RESOLVE: kind },
      signal: controller.signal,
      graceMs: 300,
    });
    const line = await untilLine(lines, /^hanging with child/);
    const [call] = await host.calls();
    const processes = [call!.pid, Number(/[0-9]+/.exec(line)![0])];
    assert.deepEqual(processes.map(isAlive), [true, true]);
    controller.abort(reason);
    await assert.rejects(resolving, (error) => error === reason);
    assert.deepEqual(processes.map(isAlive), [false, false]);
    assert.ok((await readdir(host.robocorpHome)).includes("standin-began"));
  });
}

Deno.test("resolveEnvironment() leaves no process when the program itself ends at once", async () => {
  await using host = await standinHost();
  await scene(host);
  const program = fileURLToPath(new URL("../support/resolve_program.ts", import.meta.url));
  const args = ["run", "--no-check", "-A", program, host.rcc, join(host.folder, "my robot")];
  const { stdout, code } = await run(Deno.execPath(), args, {
    env: { ...host.env, STANDIN_RESOLVE: "hang" },
    allowFailure: true,
  });
  assert.equal(code, 130);
  const [call] = await host.calls();
  const processes = [call!.pid, Number(/child ([0-9]+)/.exec(stdout)![1])];
  while (processes.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
});

Deno.test("resolveEnvironment() does not start when it was interrupted before", async () => {
  await using host = await standinHost();
  const { resolve } = await scene(host);
  await assert.rejects(resolve({ signal: AbortSignal.abort(new Error("stop")) }), /stop/);
  assert.deepEqual(await host.calls(), []);
});

Deno.test("resolveEnvironment() gives signs of life", async () => {
  await using host = await standinHost();
  const { resolve } = await scene(host);
  const controller = new AbortController();
  let beats = 0;
  const resolving = resolve({
    env: { STANDIN_RESOLVE: "hang" },
    signal: controller.signal,
    heartbeatMs: 10,
    onHeartbeat: ({ lastLine }) => {
      beats++;
      if (lastLine.startsWith("hanging")) controller.abort(new Error("seen"));
    },
  });
  await assert.rejects(resolving, /seen/);
  assert.ok(beats > 0);
});

Deno.test("resolveEnvironment() waits for another rcc and says so, and one of them builds", async () => {
  await using host = await standinHost();
  const { resolve, lines } = await scene(host);
  let waits = 0;
  const env = { STANDIN_DELAY_MS: "500" };
  const both = await Promise.all([1, 2].map(() => resolve({ env, onWait: () => waits++ })));
  assert.deepEqual(both.map(({ blueprint }) => blueprint), [hashOf(CONDA), hashOf(CONDA)]);
  assert.equal(waits, 1);
  assert.equal(lines.filter((line) => line.includes("micromamba")).length, 1);
});

Deno.test("resolveEnvironment() says when the host's rcc cannot be run", async () => {
  await using host = await standinHost();
  const { resolve } = await scene(host);
  await assert.rejects(resolve({ rccExec: join(host.folder, "no-rcc") }), {
    id: "rcc/host",
    message: /^failed to run rcc ".*no-rcc": .*ENOENT.*, put an rcc for this host on PATH$/,
  });
});

for (const hostOs of ["win32", "darwin"]) {
  Deno.test(`resolveEnvironment() refuses on ${hostOs} and names the ways that work`, async () => {
    await using host = await standinHost();
    const { resolve } = await scene(host);
    await assert.rejects(resolve({ hostOs }), {
      id: "environment/host-platform",
      message: /hololib\.zip.*--hololib.*RCC_REMOTE_ORIGIN/,
    });
    assert.deepEqual(await host.calls(), []);
  });
}
