/** The image's rcc, downloaded from a host that may be anything: the cache never holds a bad one. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { busyboxBase } from "../support/bases.ts";
import { fixturePath } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { type ReleaseOptions, serveRelease } from "../support/release_server.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { type RunResult, toolTest } from "../support/tools.ts";
import { verifyImage } from "../support/verify_image.ts";

const NEEDS = ["apt", "python", "skopeo", "umoci", "zstd"] as const;

interface Scene extends AsyncDisposable {
  readonly layout: string;
  readonly sha256: string;
  /** How often the release itself was asked for. */
  downloads(): number;
  build(...args: readonly string[]): Promise<RunResult>;
  /** The files of the cache that could be taken for an rcc, all of them what their names say. */
  kept(): Promise<readonly string[]>;
}

/** A host without any rcc. */
async function scene(release: ReleaseOptions = {}): Promise<Scene> {
  const server = await serveRelease(release);
  const folder = await temporaryFolder();
  const layout = join(folder.path, "layout");
  const cache = join(folder.path, "cache");
  const base = `oci:${await busyboxBase()}`;
  return {
    layout,
    sha256: server.sha256,
    downloads: () => server.requests.filter((path) => path.endsWith("/rcc-linux64")).length,
    build: (...args) =>
      runProgram([
        ...["build", "-r", fixturePath("tiny", "robot"), "--task", "Hello"],
        ...["--hololib", fixturePath("tiny", "hololib.zip"), "--base-image", base],
        ...["-t", "acme/bot:1", "--oci-layout", layout, ...args],
      ], {
        cache,
        env: { PATH: "/usr/bin:/bin", RCC_OCI_RCC_URL: server.template, SOURCE_DATE_EPOCH: "1" },
      }),
    async kept() {
      const entries = await readdir(join(cache, "rcc"), { recursive: true, withFileTypes: true })
        .catch(() => []);
      const files = entries.filter((entry) => entry.isFile() && entry.name !== ".lock");
      for (const { parentPath, name } of files) {
        const hash = createHash("sha256").update(await readFile(join(parentPath, name)));
        assert.equal(name, `rcc-linux64-${hash.digest("hex")}`);
      }
      return files.map(({ name }) => name);
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

toolTest({ name: "build downloads an rcc once, and the image has it", needs: NEEDS }, async () => {
  await using own = await scene();
  const first = await own.build();
  assert.equal(first.code, 0, first.stderr);
  assert.match(
    first.stdout,
    /^Finding rcc\.\.\. OK \(none on PATH: rcc 18\.18\.1, from 127\.0\.0\.1:\d+\)$/m,
  );
  assert.match(first.stderr, /^Warning: rcc 18\.18\.1 is taken unverified, .* --rcc-sha256$/m);
  const { tree } = await verifyImage(own.layout);
  assert.equal(tree.get("usr/local/bin/rcc")?.sha256, own.sha256);
  const second = await own.build("--offline");
  assert.equal(second.code, 0, second.stderr);
  assert.equal(own.downloads(), 1);
  assert.equal((await own.kept()).length, 1);
});

const WRONG = "0".repeat(64);

const BAD: readonly {
  readonly name: string;
  readonly release?: ReleaseOptions;
  readonly args?: readonly string[];
  readonly error: RegExp;
}[] = [
  {
    name: "another SHA-256 than --rcc-sha256 says",
    args: ["--rcc-sha256", WRONG],
    error: /its SHA-256 is [0-9a-f]{64}, expected 0{64}, or give .* --rcc-exec$/,
  },
  {
    name: "another SHA-256 than is published with it",
    release: { checksum: `${WRONG}  rcc-linux64\n` },
    error: /its SHA-256 is [0-9a-f]{64}, expected 0{64}, or give .* --rcc-exec$/,
  },
  {
    name: "the status 404",
    release: { behaviour: "missing" },
    error: /there is no such release \(status 404\), check --rcc-version .* --rcc-exec$/,
  },
  {
    name: "a SHA-256 that cannot be asked for",
    release: { checksumAnswer: 403 },
    error: /its SHA-256 in ".*" cannot be read \(status 403\), state it by --rcc-sha256, or give/,
  },
  {
    name: "some other program",
    release: { behaviour: "script" },
    error: /found a script, expected a static Linux amd64 program, .* --rcc-exec$/,
  },
  {
    name: "a host that --offline forbids to ask",
    args: ["--offline"],
    error: /it is not in the cache, and --offline forbids to download it, give .* --rcc-exec$/,
  },
];

for (const { name, release = {}, args = [], error } of BAD) {
  toolTest(
    { name: `build refuses an rcc with ${name}, and keeps none`, needs: ["apt"] },
    async () => {
      await using own = await scene(release);
      const { code, stderr } = await own.build(...args);
      assert.equal(code, 4, stderr);
      const errors = stderr.split("\n").filter((line) => line.startsWith("Error: "));
      assert.equal(errors.length, 1, stderr);
      assert.match(errors[0]!, error);
      assert.deepEqual(await own.kept(), []);
      await assert.rejects(readdir(own.layout), { code: "ENOENT" });
    },
  );
}

toolTest({ name: "build goes on when a download breaks off once", needs: ["apt"] }, async () => {
  await using own = await scene({ behaviour: "truncated once" });
  const { code, stderr } = await own.build("-v");
  assert.equal(code, 0, stderr);
  assert.match(stderr, /GET \/18\.18\.1\/rcc-linux64 at .*, try 1 of 5, again in/);
  assert.deepEqual(await own.kept(), [`rcc-linux64-${own.sha256}`]);
});

toolTest({ name: "of two builds at once, one downloads the rcc", needs: ["apt"] }, async () => {
  await using own = await scene({ behaviour: "slow" });
  const both = await Promise.all([own.build(), own.build("-t", "acme/bot:2")]);
  for (const { code, stderr } of both) assert.equal(code, 0, stderr);
  assert.equal(own.downloads(), 1);
  assert.deepEqual(await own.kept(), [`rcc-linux64-${own.sha256}`]);
  assert.ok(both.some(({ stdout }) => /Finding rcc\.\.\. OK \(.*waited for another/.test(stdout)));
});
