import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { CheckFacts, FolderFact } from "../../src/checks/mod.ts";
import { asFound } from "../../src/build/found.ts";
import { collectFacts, type CollectFactsOptions } from "../../src/build/collect_facts.ts";
import { Failure, Failures } from "../../src/failure/mod.ts";
import { findEnvironment } from "../../src/holotree/mod.ts";
import { createHttpClient } from "../../src/http/mod.ts";
import { readRobot } from "../../src/robot/mod.ts";
import { TestClock } from "../support/clock.ts";
import { fixturePath, TINY_HASH } from "../support/fixtures.ts";
import { listen, serveHttp } from "../support/loopback.ts";
import { standinHost } from "../support/standin_resolver.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

const NOT_NEEDED = { notNeeded: "not in this test" };

type Changes = Partial<Omit<CollectFactsOptions, "context">> & {
  readonly env?: Readonly<Record<string, string>>;
  readonly hostOs?: string;
};

async function gather({ env = {}, hostOs = "linux", ...changes }: Changes): Promise<CheckFacts> {
  using http = createHttpClient({ clock: new TestClock(), environment: env });
  return await collectFacts({
    context: {
      ...{ env, hostOs, hostArch: "x64", now: new Date(0) },
      signal: new AbortController().signal,
    },
    robot: NOT_NEEDED,
    environment: NOT_NEEDED,
    rcc: NOT_NEEDED,
    base: NOT_NEEDED,
    image: NOT_NEEDED,
    usesTemporary: true,
    hostRcc: "asked",
    outputs: [],
    cachePath: "/",
    registries: [],
    http,
    ...changes,
  });
}

async function folderOf(use: FolderFact["use"], changes: Changes): Promise<string | undefined> {
  const { folders } = await gather(changes);
  return folders.find((folder) => folder.use === use)!.error?.message;
}

Deno.test("collectFacts() keeps what was found, and what was not", async () => {
  const robot = await readRobot(fixturePath("tiny", "robot"));
  const library = fixturePath("tiny", "hololib.zip");
  const missing = new Failure("rcc/not-found", "failed to find rcc: none");
  const facts = await gather({
    robot: { found: robot },
    environment: { found: await findEnvironment([{ path: library, origin: "given" }], {}) },
    rcc: { error: missing },
  });
  assert.deepEqual(facts.robot, {
    found: { file: robot.file, tasks: robot.tasks.length, hasEnvironment: true },
  });
  assert.deepEqual(facts.environment, { found: { hash: TINY_HASH, library, warnings: [] } });
  assert.deepEqual(facts.rcc, { error: missing });
  assert.equal(facts.host.platform, "linux/amd64");
});

Deno.test("collectFacts() finds the host's rcc and its version", async () => {
  await using host = await standinHost();
  const env = { ...host.env, STANDIN_VERSION: "v17.28.4" };
  assert.deepEqual((await gather({ env })).hostRcc, { path: host.rcc, version: "17.28.4" });
  assert.deepEqual((await gather({ env, hostRcc: "found" })).hostRcc, { path: host.rcc });
  assert.deepEqual((await gather({ env, hostRcc: "unasked" })).hostRcc, {});
  assert.deepEqual((await gather({ env: { PATH: "/none" } })).hostRcc, {});
  const calls = await host.calls();
  assert.equal(calls.length, 1, "it is started only to be asked");
});

Deno.test("collectFacts() looks at the platform that it is told", async () => {
  const { host } = await gather({ hostOs: "win32" });
  assert.equal(host.platform, "Windows/amd64");
  assert.equal(host.advice.canResolve, false);
});

Deno.test("collectFacts() says which files cannot be read", async () => {
  await using folder = await temporaryFolder();
  const good = join(folder.path, "good");
  await writeFile(good, "");
  const what = "library of --hololib";
  const { files } = await gather({
    files: [good, join(folder.path, "none"), join(good, "below")].map((path) => ({ what, path })),
  });
  assert.deepEqual(files.map(({ problem }) => problem), [
    undefined,
    "no such file",
    "no such file",
  ]);
});

toolTest({
  name: "collectFacts() leaves to the system what root may read",
  needs: [],
  on: ["root"],
}, async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "of-another");
  await writeFile(path, "", { mode: 0o600 });
  await Deno.chown(path, 1000, 1000);
  const { files } = await gather({ files: [{ what: "library of --hololib", path }] });
  assert.deepEqual(files.map(({ problem }) => problem), [undefined]);
});

Deno.test("collectFacts() judges a folder that is not there by the one above it", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "file");
  await writeFile(file, "");
  assert.equal(await folderOf("cache", { cachePath: join(folder.path, "a", "b") }), undefined);
  assert.match(
    (await folderOf("cache", { cachePath: file }))!,
    /: it is no folder, or .*name another cache folder with RCC_OCI_/,
  );
  assert.match(
    (await folderOf("cache", { cachePath: join(file, "cache") }))!,
    /: it is no folder, or lies below something that is none, name another cache .*RCC_OCI_CACHE/,
  );
  assert.equal(await folderOf("temporary", { env: { TMPDIR: folder.path } }), undefined);
  assert.match(
    (await folderOf("temporary", { env: { TMPDIR: file } }))!,
    /no folder.*set TMPDIR to/,
  );
});

toolTest(
  { name: "collectFacts() says that a folder is on a read-only file system", needs: ["mount"] },
  async () => {
    await using folder = await temporaryFolder();
    const disk = join(folder.path, "disk");
    await mkdir(disk);
    await run("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", disk]);
    try {
      const problem = await folderOf("cache", { cachePath: join(disk, "cache") });
      assert.match(
        problem!,
        /its file system is read-only, name another cache folder with RCC_OCI_CACHE$/,
      );
    } finally {
      await run("umount", [disk]);
    }
  },
);

Deno.test("collectFacts() keeps what each output finds by itself", async () => {
  const refusal = new Failure("output/unwritable", "failed to write");
  const { outputs } = await gather({
    outputs: [
      { where: "a.tar", prepare: () => Promise.resolve() },
      { where: "b.tar", prepare: () => Promise.reject(refusal) },
    ],
  });
  assert.deepEqual(outputs, [{ where: "a.tar" }, { where: "b.tar", error: refusal }]);
});

Deno.test("collectFacts() takes any answer of a registry, and its time", async () => {
  let asked = "";
  await using server = await serveHttp((request, response) => {
    asked = request.url ?? "";
    response.writeHead(401, { date: "Tue, 03 Feb 2026 04:05:06 GMT" }).end("who are you");
  });
  const { registries, host } = await gather({ registries: [{ host: server.host, use: "push" }] });
  assert.equal(asked, "/v2/");
  assert.deepEqual(registries, [{ host: server.host, use: "push" }]);
  assert.deepEqual(host.remoteNow, new Date("2026-02-03T04:05:06Z"));
});

Deno.test("collectFacts() says why a registry cannot be reached", async () => {
  const closed = await listen(createServer());
  await closed[Symbol.asyncDispose]();
  const { registries, host } = await gather({ registries: [{ host: closed.host, use: "pull" }] });
  assert.match(registries[0]!.problem!, /refused the connection/);
  assert.equal(host.remoteNow, undefined);
  const env = { HTTPS_PROXY: "ftp://me:hunter2@proxy" };
  const proxied = await gather({ env, registries: [{ host: "ghcr.io", use: "pull" }] });
  assert.match(proxied.registries[0]!.problem!, /proxy "HTTPS_PROXY"/);
  assert.ok(!proxied.registries[0]!.problem!.includes("hunter2"));
});

Deno.test("asFound() keeps failures and lets everything else pass", async () => {
  const one = new Failure("rcc/host", "one");
  const both = new Failures([one, new Failure("rcc/clock", "two")]);
  assert.deepEqual(await asFound(Promise.resolve(1)), { found: 1 });
  assert.deepEqual(await asFound(Promise.reject(one)), { error: one });
  const several = await asFound(Promise.reject(both));
  assert.ok("error" in several && several.error instanceof Failures);
  await assert.rejects(asFound(Promise.reject(new TypeError("bug"))), TypeError);
});
