import assert from "node:assert/strict";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import type { Failure } from "../../src/failure/mod.ts";
import { askRccVersion, findHostRcc, findRcc, type FindRccOptions } from "../../src/rcc/mod.ts";
import { DEFAULT_RCC_VERSION } from "../../src/rcc/default_version.ts";
import { parseRccVersion } from "../../src/rcc/rcc_version.ts";
import { makePipe } from "../support/pipe.ts";
import { type ReleaseServer, serveRelease } from "../support/release_server.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { testOn } from "../support/tools.ts";

const ELF = standInElf("v1.2.3\n");

interface Scene {
  readonly folder: string;
  readonly server: ReleaseServer;
  /** Puts a program into a folder of PATH. */
  onPath(content: string | Uint8Array, mode?: number): Promise<string>;
  find(options?: Partial<FindRccOptions>): ReturnType<typeof findRcc>;
}

async function scene(test: (scene: Scene) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  await using server = await serveRelease();
  const bin = join(folder.path, "bin");
  await mkdir(bin);
  await test({
    folder: folder.path,
    server,
    async onPath(content, mode = 0o755) {
      const path = join(bin, "rcc");
      await writeFile(path, content);
      await chmod(path, mode);
      return path;
    },
    find: (options = {}) =>
      findRcc({
        hostOs: "linux",
        env: {
          PATH: ["relative", join(folder.path, "none"), bin].join(delimiter),
          RCC_OCI_RCC_URL: server.template,
        },
        cacheFolder: join(folder.path, "cache"),
        ...options,
      }),
  });
}

function script(version: string): string {
  return `#!/bin/sh\necho '${version}'\n`;
}

Deno.test("findRcc() takes what was given, before all others", () =>
  scene(async ({ folder, onPath, find, server }) => {
    await onPath(ELF);
    const given = join(folder, "given");
    await writeFile(given, ELF);
    const { path, origin, size } = await find({ rccExec: given });
    assert.deepEqual([path, origin, size], [given, "given", ELF.length]);
    assert.deepEqual(server.requests, []);
  }));

Deno.test("findRcc() takes the rcc on PATH when an image can have it", () =>
  scene(async ({ onPath, find, server }) => {
    const path = await onPath(ELF);
    assert.deepEqual((await find()).path, path);
    assert.equal((await find({ version: "v1.2.3" })).path, path);
    assert.deepEqual(server.requests, []);
  }));

Deno.test("findRcc() downloads the version of a host's rcc that no image can have", () =>
  scene(async ({ onPath, find, server }) => {
    await onPath(script("v17.28.4"));
    const { origin, version, sha256 } = await find();
    assert.deepEqual([origin, version, sha256], ["release", "17.28.4", server.sha256]);
  }));

Deno.test("findRcc() downloads the version that was asked for, when the one on PATH is another", () =>
  scene(async ({ onPath, find }) => {
    await onPath(ELF);
    assert.equal((await find({ version: "1.2.4" })).version, "1.2.4");
  }));

Deno.test("findRcc() downloads the default version when nothing says which", () =>
  scene(async ({ find, onPath }) => {
    assert.equal((await find()).version, DEFAULT_RCC_VERSION);
    await onPath(script("not found"));
    assert.equal((await find()).version, DEFAULT_RCC_VERSION);
    await onPath(ELF, 0o644);
    assert.equal((await find()).version, DEFAULT_RCC_VERSION);
  }));

Deno.test("findRcc() downloads on Windows and macOS, in the version of the host's rcc", () =>
  scene(async ({ onPath, find }) => {
    await onPath(script("v17.28.4"));
    assert.equal((await find({ hostOs: "darwin" })).version, "17.28.4");
    assert.equal((await find({ hostOs: "win32" })).version, DEFAULT_RCC_VERSION);
  }));

Deno.test("findRcc() says which release it takes, and why", () =>
  scene(async ({ onPath, find }) => {
    const told: string[] = [];
    const onRelease = (version: string, why: string) => void told.push(`${why}: ${version}`);
    await find({ onRelease });
    await find({ onRelease, hostOs: "win32" });
    await onPath(script("v17.28.4"));
    await find({ onRelease });
    await onPath(ELF);
    await find({ onRelease, sha256: (await find({ version: "1.2.4" })).sha256 });
    await find({ onRelease, version: "1.2.4" });
    await find({ onRelease });
    assert.deepEqual(told, [
      `none on PATH: ${DEFAULT_RCC_VERSION}`,
      `an image needs one for Linux: ${DEFAULT_RCC_VERSION}`,
      "no image can have the one on PATH: 17.28.4",
      "the one on PATH has another SHA-256: 1.2.3",
      "the one on PATH has another version: 1.2.4",
    ]);
  }));

Deno.test("findRcc() compares any rcc with the SHA-256 that was asked for", () =>
  scene(async ({ folder, onPath, find, server }) => {
    await onPath(ELF);
    const { sha256 } = server;
    assert.equal((await find({ sha256: sha256.toUpperCase() })).origin, "release");
    const given = join(folder, "given");
    await writeFile(given, ELF);
    await assert.rejects(find({ rccExec: given, sha256 }), {
      id: "rcc/checksum",
      message: /its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64} as --rcc-sha256 says$/,
    });
  }));

Deno.test("findRcc() refuses options that cannot be meant", () =>
  scene(async ({ find, server }) => {
    for (const version of ["latest", "../../x", "18", "18.18.1/..", ""]) {
      await assert.rejects(find({ version }), { id: "usage/option" }, version);
    }
    await assert.rejects(find({ sha256: "abc" }), { id: "usage/option" });
    assert.deepEqual(server.requests, []);
  }));

Deno.test("findRcc() without a cache says what stands on PATH, or that nothing does", () =>
  scene(async ({ onPath, find }) => {
    const cacheFolder = undefined;
    await assert.rejects(find({ cacheFolder }), {
      message: /^failed to find rcc: no "rcc" on PATH/,
    });
    await assert.rejects(find({ cacheFolder, hostOs: "win32" }), {
      message: /^failed to find rcc: no Linux rcc on win32, give a static Linux/,
    });
    await onPath(script("v1.2.3"));
    await assert.rejects(find({ cacheFolder }), { message: /found a script/ });
  }));

Deno.test("findRcc() says why a given file cannot be the image's rcc", () =>
  scene(async ({ folder, find }) => {
    const given = join(folder, "given");
    for (
      const [content, found] of [
        ["", "an empty file"],
        ["MZ\x90", "a Windows program"],
        ["#!/bin/sh", "a script"],
        [ELF.subarray(0, 40), "a truncated ELF file"],
        [ELF.with(18, 183), "an ELF file for arm64"],
      ] as const
    ) {
      await writeFile(given, content);
      await assert.rejects(find({ rccExec: given }), (error: Failure) => {
        assert.equal(error.id, "rcc/not-static");
        assert.ok(error.message.includes(`found ${found}, give`), error.message);
        return true;
      });
    }
    await assert.rejects(find({ rccExec: join(folder, "no") }), { id: "rcc/unreadable" });
    await assert.rejects(find({ rccExec: folder }), { id: "rcc/unreadable" });
  }));

Deno.test("findHostRcc() looks on PATH as each system does", async () => {
  const places: Readonly<Record<string, string>> = {
    linux: "/opt/my bin/rcc",
    darwin: "/opt/my bin/rcc",
    win32: "C:\\Users\\Ärger\\rcc\\rcc.exe",
  };
  for (const [hostOs, place] of Object.entries(places)) {
    const isProgram = (path: string) => Promise.resolve(path === place);
    const env = hostOs === "win32"
      ? { Path: "relative;C:\\Windows;C:\\Users\\Ärger\\rcc" }
      : { PATH: "relative:/usr/bin:/opt/my bin" };
    assert.equal(await findHostRcc({ env, hostOs, isProgram }), place);
    assert.equal(await findHostRcc({ env: {}, hostOs, isProgram }), undefined);
  }
});

Deno.test("askRccVersion() takes no answer for none", async () => {
  await using folder = await temporaryFolder();
  const rcc = join(folder.path, "rcc");
  const ask = () => askRccVersion(rcc, { env: { PATH: "/usr/bin:/bin" }, limitMs: 1000 });
  assert.equal(await ask(), undefined);
  for (
    const [body, version] of [
      ["echo v18.18.1", "18.18.1"],
      ["echo 'rcc v11.0.0-rc.1 (linux)'", "11.0.0-rc.1"],
      ["echo v18.18.1; exit 3", undefined],
      ["yes", undefined],
      ["sleep 1000", undefined],
    ] as const
  ) {
    await writeFile(rcc, `#!/bin/sh\n${body}\n`);
    await chmod(rcc, 0o755);
    assert.equal(await ask(), version, body);
  }
});

Deno.test("parseRccVersion() takes a version with and without its v", () => {
  assert.equal(parseRccVersion("v18.18.1"), "18.18.1");
  assert.equal(parseRccVersion(" 18.18.1\n"), "18.18.1");
});

Deno.test({
  ...testOn("findRcc() refuses an rcc that is a pipe, and waits for no writer", "no Windows"),
  fn: () =>
    scene(async ({ folder, find }) => {
      const rccExec = join(folder, "pipe");
      await makePipe(rccExec);
      await assert.rejects(find({ rccExec }), /failed to read rcc ".*pipe": it is no file, give a/);
    }),
});
