import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHttpClient } from "../../src/http/mod.ts";
import { findRcc, type FindRccOptions, locateRcc } from "../../src/rcc/mod.ts";
import { TestClock } from "../support/clock.ts";
import { type ReleaseOptions, serveRelease } from "../support/release_server.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

interface Scene {
  readonly cacheFolder: string;
  readonly requests: readonly string[];
  readonly options: FindRccOptions;
}

async function scene(release: ReleaseOptions, test: (scene: Scene) => Promise<void>) {
  await using server = await serveRelease(release);
  await using folder = await temporaryFolder();
  using http = createHttpClient({ clock: new TestClock(), random: () => 0 });
  const cacheFolder = folder.path;
  const env = { RCC_OCI_RCC_URL: server.template.replace("//", "//me:hunter2@") };
  const options = { env, hostOs: "win32", cacheFolder, http };
  await test({ cacheFolder, requests: server.requests, options });
}

Deno.test("locateRcc() says what would be downloaded, and downloads nothing", () =>
  scene({}, async ({ cacheFolder, requests, options }) => {
    const warnings: string[] = [];
    const onUnverified = (message: string) => void warnings.push(message);
    const found = await locateRcc({ ...options, version: "1.2.3", onUnverified });
    assert.ok(found.origin === "download");
    assert.equal(found.version, "1.2.3");
    assert.match(found.url, /^http:\/\/127\.0\.0\.1:\d+\/1\.2\.3\/rcc-linux64$/);
    const places = ["rcc-linux64", "rcc-linux64.sha256", "SHA256SUMS"];
    assert.deepEqual(requests, places.map((name) => `/1.2.3/${name}`));
    assert.match(warnings.join(), /^rcc 1\.2\.3 is taken unverified, .* by --rcc-sha256$/);
    assert.deepEqual(await readdir(cacheFolder), []);
  }));

Deno.test("locateRcc() finds what findRcc() finds once it was downloaded", () =>
  scene({}, async ({ options }) => {
    const downloaded = await findRcc(options);
    assert.deepEqual(await locateRcc({ ...options, offline: true }), downloaded);
    await writeFile(downloaded.path, "damaged");
    assert.equal((await locateRcc(options)).origin, "download");
    assert.equal(await Deno.readTextFile(downloaded.path), "damaged", "it removes nothing");
  }));

Deno.test("locateRcc() fails where the build would for want of a checksum", () =>
  scene({ checksumAnswer: 403 }, async ({ options }) => {
    await assert.rejects(locateRcc(options), { id: "rcc/download", message: /--rcc-sha256/ });
  }));

for (
  const { behaviour, message } of [
    { behaviour: "missing", message: /there is no such release \(status 404\)/ },
    { behaviour: "failing", message: /answered with status 503/ },
  ] as const
) {
  Deno.test(`locateRcc() knows of a ${behaviour} release without downloading it`, () =>
    scene({ behaviour }, async ({ options }) => {
      await assert.rejects(locateRcc(options), { id: "rcc/download", message });
    }));
}

Deno.test("locateRcc() says how to go on without a network", () =>
  scene({}, async ({ cacheFolder, options }) => {
    await assert.rejects(locateRcc({ ...options, offline: true }), { id: "rcc/not-found" });
    const env = { RCC_OCI_RCC_URL: "http://127.0.0.1:9/{version}" };
    await assert.rejects(locateRcc({ ...options, env }), {
      id: "rcc/download",
      message: /refused the connection.* --rcc-exec$/,
    });
    await assert.rejects(locateRcc({ ...options, rccExec: join(cacheFolder, "none") }), {
      id: "rcc/unreadable",
    });
  }));
