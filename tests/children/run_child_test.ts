import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import process from "node:process";
import { ChildError, runChild } from "../../src/children/mod.ts";
import { loadOutput } from "../../src/output/mod.ts";
import { askRccVersion } from "../../src/rcc/mod.ts";
import { createCredentials } from "../../src/registry/mod.ts";
import { readGitSource } from "../../src/robot/git_source.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const SECRETS = { RCC_OCI_USERNAME: "me", RCC_OCI_PASSWORD: "hunter2" };

/** A folder of programs, a pipe that nobody writes to, and whoever waits for that. */
async function scene() {
  const folder = await temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  await new Deno.Command("mkfifo", { args: [path("never")] }).output();
  const env = { PATH: `${folder.path}${delimiter}${process.env.PATH}`, HOME: folder.path };
  return {
    path,
    env,
    async program(name: string, ...lines: readonly string[]) {
      const text = lines.map((line) => line.replaceAll("NEVER", path("never"))).join("\n");
      await writeFile(path(name), `#!/bin/sh\n${text}\n`);
      await chmod(path(name), 0o755);
      return path(name);
    },
    /** Lets go on what waits at the pipe. */
    async [Symbol.asyncDispose]() {
      const pipe = await Deno.open(path("never"), { read: true, write: true });
      pipe.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What a program does that has gone, and left somebody behind with its pipes. */
const LEAVES_SOMEBODY = "cat NEVER >/dev/null &";
/** A test that waits for such a one never ends without it. */
const limitMs = 20_000;
const isUnix = { ignore: Deno.build.os === "windows" };

const isLate = (error: unknown) => error instanceof ChildError && error.trouble === "late";

Deno.test(
  "runChild() waits for nobody that holds the pipes of a program that has ended",
  isUnix,
  async () => {
    await using here = await scene();
    const program = await here.program(
      "leaver",
      LEAVES_SOMEBODY,
      "echo said",
      "echo words >&2; exit 3",
    );
    const end = await runChild(program, [], { mostOutput: 100, limitMs });
    assert.deepEqual(end, { code: 3, stdout: "said\n", stderr: "words\n" });
  },
);

Deno.test("runChild() gives a program up that never answers, and ends it", isUnix, async () => {
  await using here = await scene();
  const program = await here.program("silent", `echo $$ > ${here.path("pid")}`, "cat NEVER");
  await assert.rejects(runChild(program, [], { limitMs: 1000, isAlone: true }), isLate);
  const pid = Number(await Deno.readTextFile(here.path("pid")));
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});

Deno.test("runChild() kills what will not end", isUnix, async () => {
  await using here = await scene();
  const program = await here.program(
    "stubborn",
    `trap '' TERM; echo $$ > ${here.path("pid")}; while :; do read line < NEVER; done`,
  );
  await assert.rejects(runChild(program, [], { limitMs: 1000 }), isLate);
  const pid = Number(await Deno.readTextFile(here.path("pid")));
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});

Deno.test("runChild() gives a program up that takes nothing of its input", isUnix, async () => {
  await using here = await scene();
  const program = await here.program("full", "cat NEVER");
  let isClosed = false;
  async function* input() {
    try {
      for (;;) yield await Promise.resolve(new Uint8Array(1e6));
    } finally {
      isClosed = true;
    }
  }
  await assert.rejects(runChild(program, [], { input: input(), idleTimeoutMs: 500 }), isLate);
  assert.ok(isClosed);
});

Deno.test("runChild() gives a program up that never stops to speak", isUnix, async () => {
  const endless = runChild("yes", [], { mostOutput: 10_000, limitMs });
  await assert.rejects(endless, (error: ChildError) => error.trouble === "endless");
});

Deno.test("runChild() says that there is no such program", async () => {
  const missing = runChild("no-such-program", [], {});
  await assert.rejects(missing, (error: ChildError) => error.trouble === "missing");
});

Deno.test("runChild() ends a program with the signal's reason", isUnix, async () => {
  await using here = await scene();
  const program = await here.program("silent", "cat NEVER");
  const stop = new AbortController();
  const running = runChild(program, [], { signal: stop.signal, isAlone: true });
  const reason = new Error("stop");
  stop.abort(reason);
  await assert.rejects(running, reason);
});

Deno.test("no program that is started sees our secrets", isUnix, async () => {
  await using here = await scene();
  const all = { ...here.env, ...SECRETS, KEPT: "kept" };
  const dump = `env > ${here.path("seen")}`;
  const before = { ...process.env };
  const started: Readonly<Record<string, () => Promise<unknown>>> = {
    "docker-credential-x": async () => {
      const config = JSON.stringify({ credsStore: "x" });
      await writeFile(here.path("config.json"), config);
      const environment = { ...all, DOCKER_CONFIG: here.path("") };
      return await createCredentials({ environment }).find({ registry: "r.test", repository: "a" });
    },
    rcc: () => askRccVersion(here.path("rcc"), { env: all }),
    git: () => readGitSource(here.path("")),
    docker: () => loadOutput("docker").prepare(),
  };
  // What has no environment handed in has that of the process.
  Object.assign(process.env, all);
  try {
    for (const [name, start] of Object.entries(started)) {
      await here.program(name, dump);
      await start();
      const seen = await Deno.readTextFile(here.path("seen"));
      assert.ok(seen.includes("KEPT=kept"), name);
      for (const secret of Object.keys(SECRETS)) assert.ok(!seen.includes(secret), name);
      await Deno.remove(here.path("seen"));
    }
  } finally {
    for (const name of Object.keys(all)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});

Deno.test(
  "nobody waits for who holds the pipes of a helper, of rcc or of docker",
  isUnix,
  async () => {
    await using here = await scene();
    const path = process.env.PATH;
    process.env.PATH = here.env.PATH;
    try {
      await here.program("docker", LEAVES_SOMEBODY);
      await loadOutput("docker", { limitMs }).prepare();
      const rcc = await here.program("rcc", LEAVES_SOMEBODY, "echo v18.18.1");
      assert.equal(await askRccVersion(rcc, { env: here.env, limitMs }), "18.18.1");
      const answer = `{"Username":"me","Secret":"x"}`;
      await here.program("docker-credential-x", LEAVES_SOMEBODY, `echo '${answer}'`);
      await writeFile(here.path("config.json"), '{"credsStore":"x"}');
      const environment = { ...here.env, DOCKER_CONFIG: here.path("") };
      const credentials = createCredentials({ environment, helperMs: limitMs });
      const { credential } = await credentials.find({ registry: "r.test", repository: "a" });
      assert.equal(credential?.username, "me");
    } finally {
      process.env.PATH = path!;
    }
  },
);

Deno.test("an engine that never answers is said to, with what helps", isUnix, async () => {
  await using here = await scene();
  const path = process.env.PATH;
  process.env.PATH = here.env.PATH;
  try {
    await here.program("docker", "exec cat NEVER");
    await assert.rejects(loadOutput("docker", { limitMs: 500 }).prepare(), {
      message: "failed to use docker: it took longer than 0.5 s; start it, or write --save instead",
    });
  } finally {
    process.env.PATH = path!;
  }
});
