import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Failure } from "../../src/failure/mod.ts";
import { createHttpClient } from "../../src/http/mod.ts";
import { downloadRcc, type DownloadRccOptions } from "../../src/rcc/download.ts";
import { TestClock } from "../support/clock.ts";
import { listen } from "../support/loopback.ts";
import {
  type ReleaseOptions,
  type ReleaseServer,
  serveRelease,
} from "../support/release_server.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run } from "../support/tools.ts";

interface Scene {
  readonly server: ReleaseServer;
  readonly cacheFolder: string;
  download(options?: Partial<DownloadRccOptions>): ReturnType<typeof downloadRcc>;
}

async function withRelease(
  release: ReleaseOptions,
  test: (scene: Scene) => Promise<void>,
): Promise<void> {
  await using server = await serveRelease(release);
  await using folder = await temporaryFolder();
  // Only one that is silent on purpose may be taken for it, however slow the machine is.
  const silence = release.behaviour === "silent" ? { idleTimeoutMs: 300 } : {};
  using http = createHttpClient({ clock: new TestClock(), random: () => 0, ...silence });
  const env = { RCC_OCI_RCC_URL: server.template };
  await test({
    server,
    cacheFolder: folder.path,
    download: (options = {}) =>
      downloadRcc("18.18.1", { cacheFolder: folder.path, env, http, ...options }),
  });
}

/** The files of the cache that somebody could take for an rcc. */
async function filesIn(cacheFolder: string): Promise<readonly string[]> {
  const entries = await readdir(cacheFolder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name !== ".lock")
    .map(({ name }) => name);
}

async function requireRefusal(
  { download, cacheFolder }: Scene,
  { id, message }: { readonly id: string; readonly message: RegExp },
  options: Partial<DownloadRccOptions> = {},
): Promise<void> {
  await assert.rejects(download(options), (error: Failure) => {
    assert.equal(error.id, id);
    assert.match(error.message, message);
    assert.match(error.message, /, or give a static Linux amd64 rcc by --rcc-exec$/);
    return true;
  });
  assert.deepEqual(await filesIn(cacheFolder), []);
}

Deno.test("downloadRcc() downloads a release once and keeps it by version, executable", () =>
  withRelease({}, async ({ server, cacheFolder, download }) => {
    const file = await download();
    assert.deepEqual(new Uint8Array(await readFile(file.path)), server.bytes);
    assert.equal(file.sha256, server.sha256);
    assert.equal(file.size, server.bytes.length);
    assert.equal((await stat(file.path)).mode & 0o777, 0o755);
    assert.match(file.path, new RegExp(`^${join(cacheFolder, "rcc", "18.18.1-")}`));
    assert.deepEqual(await download(), file);
    assert.deepEqual(await download({ offline: true }), file);
    assert.equal(server.requests.filter((url) => url === "/18.18.1/rcc-linux64").length, 1);
  }));

Deno.test("downloadRcc() follows a redirect and tells of its progress", () =>
  withRelease({ behaviour: "redirected" }, async ({ server, download }) => {
    let bytes = 0;
    let size: number | undefined;
    await download({ onStart: (_, total) => size = total, onProgress: (count) => bytes += count });
    assert.deepEqual([size, bytes], [server.bytes.length, server.bytes.length]);
  }));

Deno.test("downloadRcc() takes a slow one", () =>
  withRelease({ behaviour: "slow" }, async ({ server, download }) => {
    assert.equal((await download()).sha256, server.sha256);
  }));

Deno.test("downloadRcc() tries again when the answer breaks off", () =>
  withRelease({ behaviour: "truncated once" }, async ({ server, cacheFolder, download }) => {
    assert.equal((await download()).sha256, server.sha256);
    assert.equal((await filesIn(cacheFolder)).length, 1);
  }));

for (
  const { behaviour, message } of [
    { behaviour: "missing", message: /there is no such release \(status 404\)/ },
    { behaviour: "failing", message: /answered with status 503/ },
    { behaviour: "truncated", message: /the connection to 127\.0\.0\.1:\d+ broke/ },
    { behaviour: "silent", message: /was silent for 0\.3 s/ },
    { behaviour: "script", message: /found a script, expected a static Linux amd64 program/ },
  ] as const
) {
  Deno.test(`downloadRcc() keeps nothing of a ${behaviour} release`, () =>
    withRelease({ behaviour }, (scene) => requireRefusal(scene, { id: "rcc/download", message })));
}

Deno.test("downloadRcc() refuses what has not the SHA-256 that was asked for", () =>
  withRelease({}, async (scene) => {
    const sha256 = "0".repeat(64);
    await requireRefusal(scene, { id: "rcc/checksum", message: /expected 0{64}/ }, { sha256 });
    const { server, download } = scene;
    assert.equal((await download({ sha256: server.sha256 })).sha256, server.sha256);
  }));

Deno.test("downloadRcc() refuses what has not the SHA-256 that is published beside it", async () => {
  const wrong = "1".repeat(64);
  const message = /expected 1{64}/;
  for (
    const release of [
      { checksum: `${wrong}\n` },
      { checksum: `${wrong}  rcc-linux64\n` },
      { checksums: `${"2".repeat(64)}  rcc-macos64\n${wrong} *rcc-linux64\n` },
    ]
  ) {
    await withRelease(release, (scene) => requireRefusal(scene, { id: "rcc/checksum", message }));
  }
});

Deno.test("downloadRcc() takes what has the SHA-256 that is published, and lists without it", async () => {
  const { sha256 } = await using(serveRelease());
  for (
    const release of [
      { checksum: `${sha256.toUpperCase()}  build/rcc-linux64\r\n` },
      { checksum: `SHA256 (rcc-linux64) = ${sha256}\n` },
      { checksums: `${"2".repeat(64)}  rcc-macos64\n${sha256}  rcc-linux64\n` },
    ]
  ) {
    await withRelease(release, async ({ download }) => {
      const warnings: string[] = [];
      const onUnverified = (message: string) => void warnings.push(message);
      assert.equal((await download({ onUnverified })).sha256, sha256);
      assert.deepEqual(warnings, []);
    });
  }
});

for (
  const [name, release] of Object.entries({
    "no list of checksums (404)": {},
    "no list of checksums (410)": { checksumAnswer: 410 },
    "a list without it": { checksums: `${"2".repeat(64)}  rcc-macos64\n` },
  })
) {
  Deno.test(`downloadRcc() says that it is unverified where there is ${name}`, () =>
    withRelease(release, async ({ server, download }) => {
      const warnings: string[] = [];
      const onUnverified = (message: string) => void warnings.push(message);
      const { sha256 } = await download({ onUnverified });
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /^rcc 18\.18\.1 is taken unverified, .* by --rcc-sha256$/);
      assert.ok(warnings[0]!.includes(sha256));
      warnings.length = 0;
      await download({ onUnverified, sha256: server.sha256 });
      assert.deepEqual(warnings, []);
    }));
}

for (
  const [name, release, tries] of [
    ["403", { checksumAnswer: 403 }, 1],
    ["500", { checksumAnswer: 500 }, 5],
    ["503", { checksumAnswer: 503 }, 5],
    ["a dropped connection", { checksumAnswer: "dropped" }, 5],
    ["a page", { checksum: "<html>no list</html>" }, 1],
    ["an endless page", { checksum: "x".repeat(2_000_000) }, 1],
  ] as const
) {
  Deno.test(`downloadRcc() does not take ${name} for "no checksum is published"`, () =>
    withRelease(release, async (scene) => {
      const message =
        /its SHA-256 in "\/18\.18\.1\/rcc-linux64\.sha256" cannot be read \(.+\), state it by --rcc-sha256/;
      await requireRefusal(scene, { id: "rcc/download", message });
      const { server, download } = scene;
      assert.equal(server.requests.length, tries);
      assert.equal((await download({ sha256: server.sha256 })).sha256, server.sha256);
    }));
}

for (const behaviour of ["endless", "huge"] as const) {
  Deno.test(`downloadRcc() ends with an ${behaviour} download at a limit`, () =>
    withRelease({ behaviour }, (scene) => {
      const largest = 2_000_000;
      const message = /it is larger than any rcc, at most 2\.0 MB are taken/;
      return requireRefusal(scene, { id: "rcc/download", message }, { largest });
    }));
}

async function using(promise: Promise<ReleaseServer>): Promise<ReleaseServer> {
  await using server = await promise;
  return server;
}

Deno.test("downloadRcc() downloads anew what was damaged in the cache", () =>
  withRelease({}, async ({ server, download }) => {
    const { path } = await download();
    for (const damaged of [server.bytes.subarray(0, 1000), server.bytes.with(5000, 1)]) {
      await writeFile(path, damaged);
      await download();
      assert.deepEqual(new Uint8Array(await readFile(path)), server.bytes);
    }
  }));

Deno.test("downloadRcc() downloads anew when another SHA-256 is asked for than what is kept", () =>
  withRelease({}, async ({ server, download }) => {
    await download();
    await assert.rejects(download({ sha256: "0".repeat(64) }), { id: "rcc/checksum" });
    assert.equal((await download({ offline: true })).sha256, server.sha256);
  }));

Deno.test("downloadRcc() says how to go on without a network", async () => {
  const closed = await listen(createServer());
  await closed[Symbol.asyncDispose]();
  await withRelease({}, async (scene) => {
    const env = { RCC_OCI_RCC_URL: `http://${closed.host}/rcc-{version}` };
    const message = /refused the connection/;
    await requireRefusal(scene, { id: "rcc/download", message }, { env });
    await assert.rejects(scene.download({ offline: true }), {
      id: "rcc/not-found",
      message:
        /^failed to find rcc 18\.18\.1: it is not in the cache, and --offline forbids .* --rcc-exec$/,
    });
    assert.deepEqual(scene.server.requests, []);
  });
});

Deno.test("downloadRcc() takes nothing from afar without encryption or SHA-256", () =>
  withRelease({}, (scene) => {
    const env = { RCC_OCI_RCC_URL: "http://mirror.example/rcc" };
    const message = /comes without encryption, state its SHA-256 by --rcc-sha256/;
    return requireRefusal(scene, { id: "rcc/download", message }, { env });
  }));

Deno.test("downloadRcc() refuses another place that is no web address, without repeating it", () =>
  withRelease({}, async ({ download }) => {
    for (const address of ["ftp://user:hunter2@host/rcc", "mirror:hunter2", "https://"]) {
      await assert.rejects(download({ env: { RCC_OCI_RCC_URL: address } }), (error: Failure) => {
        assert.match(error.message, /RCC_OCI_RCC_URL: expected a web address such as/);
        assert.ok(!error.message.includes("hunter2"));
        return true;
      });
    }
  }));

Deno.test("downloadRcc() sends credentials of the address as a header, and prints none", () =>
  withRelease({ behaviour: "missing" }, async ({ server, download }) => {
    const env = { RCC_OCI_RCC_URL: server.template.replace("//", "//me:hunter2@") };
    await assert.rejects(download({ env }), (error: Failure) => {
      assert.ok(!`${error.message} ${error.cause}`.includes("hunter2"));
      return true;
    });
    assert.deepEqual(new Set(server.authorizations), new Set([`Basic ${btoa("me:hunter2")}`]));
  }));

Deno.test("downloadRcc() stops when it is interrupted, and keeps nothing", () =>
  withRelease({ behaviour: "slow" }, async ({ cacheFolder, download }) => {
    const controller = new AbortController();
    const reason = new Error("interrupted by SIGINT");
    const downloading = download({
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await assert.rejects(downloading, (error) => error === reason);
    assert.deepEqual(await filesIn(cacheFolder), []);
  }));

Deno.test("downloadRcc() downloads once when two processes want the same at once", () =>
  withRelease({ behaviour: "slow" }, async ({ server, cacheFolder }) => {
    const program = fileURLToPath(new URL("../support/download_program.ts", import.meta.url));
    const env = { HOME: Deno.env.get("HOME") ?? "", RCC_OCI_RCC_URL: server.template };
    const args = ["run", "--no-check", "-A", program, cacheFolder, "18.18.1"];
    const both = await Promise.all([1, 2].map(() => run(Deno.execPath(), args, { env })));
    assert.equal(both[0]!.stdout, both[1]!.stdout);
    assert.deepEqual(new Uint8Array(await readFile(both[0]!.stdout)), server.bytes);
    assert.equal(server.requests.filter((url) => url.endsWith("rcc-linux64")).length, 1);
  }));
