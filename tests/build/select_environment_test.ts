import assert from "node:assert/strict";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EnvironmentRequest } from "../../src/build/request.ts";
import { type EnvironmentInput, selectEnvironment } from "../../src/build/select_environment.ts";
import type { Failure } from "../../src/failure/mod.ts";
import { blueprintHash } from "../../src/holotree/mod.ts";
import { createReporter } from "../../src/report/mod.ts";
import { listRobotFiles, readRobot } from "../../src/robot/mod.ts";
import { fixturePath, TINY_HASH } from "../support/fixtures.ts";
import { writeLibrary } from "../support/library_writer.ts";
import { BlobCache } from "../../src/store/mod.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

interface Host {
  readonly hostOs?: string;
  readonly hostArch?: string;
  /** What somebody at a terminal answers; nobody is there without. */
  readonly answer?: string;
  readonly options?: Partial<EnvironmentRequest>;
  /** Whether there is an environment beside the robot. */
  readonly hasZip?: boolean;
  /** Changes the robot, or what is in the user's home. */
  readonly change?: (robot: string, home: string) => Promise<void>;
}

interface Selected {
  readonly result: EnvironmentInput | Failure;
  readonly asked: string;
}

/** Selects the environment of the tiny robot, in a home without a library. */
async function select(
  { hostOs = "linux", hostArch = "x64", answer, options = {}, hasZip = false, change }: Host,
): Promise<Selected> {
  await using folder = await temporaryFolder();
  const own = join(folder.path, "robot");
  await cp(fixturePath("tiny", "robot"), own, { recursive: true });
  if (hasZip) await cp(fixturePath("tiny", "hololib.zip"), join(own, "hololib.zip"));
  await change?.(own, folder.path);
  const robot = await readRobot(own);
  let asked = "";
  const sink = {
    isTerminal: answer !== undefined,
    columns: () => 80,
    rows: () => 24,
    write: (text: string) => void (asked += text),
  };
  using reporter = createReporter({
    stdout: sink,
    stderr: sink,
    stdin: { isTerminal: answer !== undefined, readLine: () => Promise.resolve(answer) },
    mode: "normal",
    verbose: false,
    progress: "plain",
    env: { NO_COLOR: "1" },
    now: () => 0,
  });
  const result = await selectEnvironment(robot, await listRobotFiles(robot), {
    request: {
      ...{ resolve: false, strictPlatform: false, allowRecordedSecrets: false },
      ...options,
    },
    context: {
      env: { HOME: folder.path, USERPROFILE: folder.path, LOCALAPPDATA: folder.path },
      hostOs,
      hostArch,
      runtime: {},
      cores: 1,
      now: new Date(0),
      signal: new AbortController().signal,
      reporter,
    },
    cacheImages: { images: [], refusals: [] },
    cache: new BlobCache(join(folder.path, "cache")),
    mayAsk: true,
  }).catch((error: Failure) => error);
  return { result, asked };
}

async function failureOf(host: Host): Promise<Failure> {
  const { result } = await select(host);
  assert.ok(result instanceof Error, "expected a failure");
  return result;
}

Deno.test("selectEnvironment() finds what lies beside the robot, on every host", async () => {
  for (const hostOs of ["linux", "win32", "darwin"]) {
    const { result } = await select({ hostOs, hasZip: true });
    assert.ok(!(result instanceof Error));
    assert.equal(result.environment?.catalog.blueprint, TINY_HASH);
    assert.equal(result.toResolve, undefined);
  }
});

Deno.test("selectEnvironment() has rcc build what nobody has built, with the file's own text", async () => {
  const { result } = await select({});
  assert.ok(!(result instanceof Error));
  assert.deepEqual(result.toResolve, { why: "not built yet" });
  const { result: afresh } = await select({ hasZip: true, options: { resolve: true } });
  assert.ok(!(afresh instanceof Error));
  assert.deepEqual(afresh.toResolve, { why: "asked for afresh by --resolve" });
});

for (
  const [hostOs, hostArch, name] of [
    ["win32", "x64", "Windows/amd64"],
    ["darwin", "arm64", "macOS/arm64"],
    ["linux", "arm64", "linux/arm64"],
  ] as const
) {
  Deno.test(`selectEnvironment() names the ways to an environment on ${name}`, async () => {
    const ways = /hololib\.zip beside robot\.yaml.*--hololib.*RCC_REMOTE_ORIGIN/;
    const absent = await failureOf({ hostOs, hostArch });
    assert.equal(absent.kind, "environment");
    assert.match(absent.message, ways);
    const afresh = await failureOf({ hostOs, hostArch, options: { resolve: true } });
    assert.equal(afresh.id, "environment/host-platform");
    assert.match(afresh.message, new RegExp(`this host is ${name} and the image is linux/amd64`));
    assert.match(afresh.message, ways);
  });
}

const OTHER = { hasZip: true, options: { catalog: "0123456789abcdef" } } as const;

Deno.test("selectEnvironment() lists what is there in the place of a --catalog that is not", async () => {
  const { id, message } = await failureOf(OTHER);
  assert.equal(id, "environment/catalog-not-found");
  assert.match(
    message,
    new RegExp(`found ${TINY_HASH}, choose one with --catalog or add --resolve`),
  );
});

Deno.test("selectEnvironment() asks on a terminal whether to resolve afresh", async () => {
  const yes = await select({ ...OTHER, answer: "y" });
  assert.ok(!(yes.result instanceof Error));
  assert.deepEqual(yes.result.toResolve, { why: "not built yet" });
  assert.match(
    yes.asked,
    new RegExp(`found ${TINY_HASH}.*Resolve the environment afresh\\? \\[y/N\\] `),
  );
  for (const answer of ["n", "", "nonsense"]) {
    assert.equal((await failureOf({ ...OTHER, answer })).id, "environment/catalog-not-found");
  }
});

const OTHER_CONDA = "channels:\n- conda-forge\ndependencies:\n- tinyenv=2.0\n";
const OTHER_HASH = blueprintHash(OTHER_CONDA);

/** A robot whose hololib.zip was made before its conda.yaml was changed. */
const OLD_ZIP = {
  hasZip: true,
  change: (robot: string) => writeFile(join(robot, "conda.yaml"), OTHER_CONDA),
};

Deno.test("selectEnvironment() names both hashes when a hololib.zip has another environment", async () => {
  const { id, message } = await failureOf(OLD_ZIP);
  assert.equal(id, "environment/catalog-not-found");
  assert.match(message, new RegExp(`environment "${OTHER_HASH}" in .*hololib\\.zip" beside robot`));
  assert.match(
    message,
    new RegExp(`it has ${TINY_HASH}, export it again with .* or add --resolve$`),
  );
  const { result } = await select({ ...OLD_ZIP, options: { resolve: true } });
  assert.ok(!(result instanceof Error));
  assert.deepEqual(result.toResolve, { why: "asked for afresh by --resolve" });
});

Deno.test("selectEnvironment() asks on a terminal whether to resolve what a hololib.zip has not", async () => {
  const { result, asked } = await select({ ...OLD_ZIP, answer: "y" });
  assert.ok(!(result instanceof Error));
  assert.deepEqual(result.toResolve, { why: "not built yet" });
  assert.equal(asked.split("Resolve the environment afresh?").length, 2, asked);
  assert.equal((await failureOf({ ...OLD_ZIP, answer: "n" })).id, "environment/catalog-not-found");
});

Deno.test("selectEnvironment() says so when another library has what a hololib.zip has not", async () => {
  const { result, asked } = await select({
    hasZip: true,
    async change(robot, home) {
      await OLD_ZIP.change(robot);
      const from = join(home, "stage");
      await mkdir(from);
      const to = join(home, ".robocorp", "hololib");
      await writeLibrary({ from, to, home, blueprint: OTHER_CONDA.trim(), mode: "private" });
    },
  });
  assert.ok(!(result instanceof Error), String(result));
  assert.equal(result.environment?.catalog.blueprint, OTHER_HASH);
  assert.match(asked, new RegExp(`does not have environment "${OTHER_HASH}": it has ${TINY_HASH}`));
  assert.match(asked, /that of ".*hololib" is packed/);
});

Deno.test("selectEnvironment() names --resolve where there is no library at all", async () => {
  const { message } = await failureOf({ options: { catalog: "0123456789abcdef" } });
  assert.match(message, /found nothing there.*; add --resolve to have rcc build/);
});

Deno.test("selectEnvironment() takes no other library than the one that was named", async () => {
  const { id } = await failureOf({ hasZip: true, options: { hololib: "/none" } });
  assert.equal(id, "environment/library-not-found");
});
