import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { writeArchive } from "../../scripts/ship/archive.ts";
import { PERMISSIONS, V8_FLAGS } from "../../scripts/ship/runtime_options.ts";
import { ROOT } from "../../scripts/ship/project.ts";
import { runsHere, TARGETS } from "../../scripts/ship/targets.ts";
import { PROGRAM_NAME, VERSION } from "../../src/version.ts";
import { bundledProgram } from "../support/bundled.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

/** An address at which nobody listens: nothing is downloaded. */
const NOWHERE = "http://127.0.0.1:9";
const ELF_MACHINE = 18;
const AARCH64 = 183;
const HERE = TARGETS.find(runsHere)!.name;
const OTHER = HERE === "linux-aarch64" ? "linux-x86_64" : "linux-aarch64";

/** A runtime of some bytes for `linux-x86_64` or `linux-aarch64`, that prints a message at most. */
function tinyRuntime(target: string, message = "\n"): Uint8Array {
  const elf = standInElf(message);
  if (target === "linux-aarch64") elf[ELF_MACHINE] = AARCH64;
  return elf;
}

/** Runs `deno task compile` with a Deno cache in which there are no runtimes. */
async function compileScene() {
  const folder = await temporaryFolder();
  const denoDir = join(folder.path, "deno");
  const dist = join(folder.path, "dist");
  return {
    denoDir,
    dist,
    async file(bytes: Uint8Array): Promise<string> {
      const path = join(folder.path, "denort");
      await writeFile(path, bytes, { mode: 0o755 });
      return path;
    },
    async compile(targets: readonly string[], env: Readonly<Record<string, string>> = {}) {
      const script = join(ROOT, "scripts", "compile.ts");
      const bundle = dirname(await bundledProgram());
      const args = [
        "--bundle",
        bundle,
        "--to",
        dist,
        ...targets.flatMap((target) => ["--target", target]),
      ];
      return await run(Deno.execPath(), ["run", "-A", script, ...args], {
        cwd: ROOT,
        env: { DENO_DIR: denoDir, HTTPS_PROXY: NOWHERE, https_proxy: NOWHERE, ...env },
        allowFailure: true,
      });
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

Deno.test("without its runtime a target is not made, the message says what helps, and others are made", async () => {
  await using scene = await compileScene();
  const runtimes = join(scene.denoDir, "dl", "release", `v${Deno.version.deno}`);
  await mkdir(runtimes, { recursive: true });
  const other = TARGETS.find(({ name }) => name === OTHER)!;
  const denort = await scene.file(tinyRuntime(OTHER));
  await writeArchive(join(runtimes, `denort-${other.triple}.zip`), [
    { path: "denort", from: denort, isProgram: true },
  ]);
  const { code, stdout, stderr } = await scene.compile([HERE, OTHER]);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`failed to compile for ${HERE}: its runtime cannot be had`));
  assert.ok(stderr.includes("DENORT_BIN") && stderr.includes(`"${runtimes}"`), stderr);
  assert.match(stdout, new RegExp(`${OTHER}: made, to be run on its system`));
  const archive = `${PROGRAM_NAME}-${OTHER}.tar.gz`;
  assert.deepEqual((await readdir(scene.dist)).sort(), [
    "SHA256SUMS",
    archive,
  ]);
  assert.ok((await readFile(join(scene.dist, "SHA256SUMS"), "utf8")).includes(`  ${archive}\n`));
});

Deno.test("an executable holds the bundle alone, and says what it holds", async () => {
  await using scene = await compileScene();
  const denort = await scene.file(tinyRuntime(OTHER));
  const { code, stdout, stderr } = await scene.compile([OTHER], { DENORT_BIN: denort });
  assert.equal(code, 0, stderr);
  assert.match(stdout, new RegExp(`\\n +${PROGRAM_NAME}\\n +└── ${PROGRAM_NAME}\\.js \\(`));
  assert.equal([...stdout.matchAll(/[└├]──/g)].length, 1);
});

Deno.test("a runtime for another machine is refused", async () => {
  await using scene = await compileScene();
  const denort = await scene.file(tinyRuntime(OTHER === "linux-aarch64" ? "linux-x86_64" : ""));
  const { code, stderr } = await scene.compile([OTHER], { DENORT_BIN: denort });
  assert.equal(code, 1);
  assert.match(
    stderr,
    new RegExp(`failed to compile for ${OTHER}: the runtime is for linux-x86_64`),
  );
});

Deno.test("an executable that is plain deno is refused", async () => {
  await using scene = await compileScene();
  const { code, stderr } = await scene.compile([HERE], { DENORT_BIN: Deno.execPath() });
  assert.equal(code, 1);
  assert.match(stderr, /expected "rcc-oci .* as an answer to --version, found .*"deno \d/);
  assert.deepEqual((await readdir(scene.dist)).filter((name) => name.includes(HERE)), []);
});

toolTest({
  name: "an executable that says our name and builds nothing is refused",
  needs: [],
  on: ["linux/amd64"],
}, async () => {
  await using scene = await compileScene();
  const denort = await scene.file(tinyRuntime(HERE, `${PROGRAM_NAME} ${VERSION} (fake)\n`));
  const { code, stderr } = await scene.compile([HERE], { DENORT_BIN: denort });
  assert.equal(code, 1);
  assert.match(stderr, /expected an image of the demo, found exit code 0/);
});

Deno.test("an unknown target is refused with the names of the known", async () => {
  await using scene = await compileScene();
  const { code, stderr } = await scene.compile(["linux-riscv64"]);
  assert.equal(code, 1);
  for (const { name } of TARGETS) assert.ok(stderr.includes(name), stderr);
});

Deno.test("the launchers give the program the permissions and options that executables have", async () => {
  const folder = join(ROOT, "scripts", "ship", "launchers");
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), "utf8");
    const given = [...text.matchAll(/--(?:allow|no-prompt|v8-flags)[\w=-]*/g)].map(([option]) =>
      option
    );
    assert.deepEqual(given, [...PERMISSIONS, V8_FLAGS], name);
  }
});
