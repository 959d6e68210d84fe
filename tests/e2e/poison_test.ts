/** What is meant badly ends in one clear line, in bounded time and memory, or does no harm. */
import assert from "node:assert/strict";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { baseOf, busyboxBase, layerOf } from "../support/bases.ts";
import { busyboxEntries } from "../support/busybox_base.ts";
import { fixturePath, unpackLibrary } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";
import { COMMON_CONFIG } from "../support/write_layout.ts";

interface Scene {
  readonly folder: string;
  readonly robot: string;
  readonly hololib: string;
  readonly args: string[];
}

interface Poison {
  readonly name: string;
  /** 0 where it does no harm. */
  readonly code: number;
  readonly message?: RegExp;
  readonly add: (scene: Scene) => Promise<unknown>;
}

const ZEROS = 100 * 1024 * 1024;
const LINE = /^Error: [^\p{Cc}]{10,2000}$/u;

const POISONS: readonly Poison[] = [
  {
    name: "a blob with more bytes than the catalog says",
    code: 5,
    message: /its blob is damaged/,
    add: (scene) => changeBlob(scene, (bytes) => gzipSync(Buffer.concat([gunzipSync(bytes), ONE]))),
  },
  {
    name: "a blob with fewer bytes than the catalog says",
    code: 5,
    message: /its blob is damaged/,
    add: (scene) => changeBlob(scene, (bytes) => gzipSync(gunzipSync(bytes).subarray(1))),
  },
  {
    name: "a blob that unpacks to 1000 times its size",
    code: 5,
    message: /its blob is damaged/,
    add: (scene) => changeBlob(scene, () => gzipSync(Buffer.alloc(ZEROS))),
  },
  {
    name: "a blob with garbage behind its gzip",
    code: 5,
    message: /its blob is damaged/,
    add: (scene) => changeBlob(scene, (bytes) => Buffer.concat([bytes, Buffer.from("garbage")])),
  },
  {
    name: "a blob with an empty gzip member at its end",
    code: 0,
    add: (scene) => changeBlob(scene, (bytes) => Buffer.concat([bytes, gzipSync("")])),
  },
  {
    name: "a hololib.zip whose catalog unpacks to 1000 times its size",
    code: 5,
    message: /failed to .*hololib\.zip|failed to read catalog/,
    add: bombZip,
  },
  {
    name: "a robot.yaml of aliases that grow without end",
    code: 3,
    add: (scene) => robotYaml(scene, aliasBomb()),
  },
  {
    name: "a robot.yaml of 20,000 maps in one another",
    code: 3,
    add: (scene) => robotYaml(scene, `tasks: ${"{a: ".repeat(20_000)}`),
  },
  {
    name: "a robot.yaml with a value of 20 MB",
    code: 3,
    add: (scene) => robotYaml(scene, `tasks:\n  A: {shell: "${"x".repeat(20_000_000)}"}\n`),
  },
  {
    name: "a robot.yaml with a key that is there twice",
    code: 0,
    message: /the key "tasks" stands twice/,
    add: async (scene) => {
      const text = await readFile(join(scene.robot, "robot.yaml"), "utf8");
      await robotYaml(scene, `${text}\ntasks:\n  B: {shell: b}\n`);
    },
  },
  {
    name: "a robot.yaml with an escape in its place for artifacts",
    code: 6, // Its task is in no base; the place is the robot's folder.
    add: (scene) => robotYaml(scene, 'tasks:\n  A: {shell: a}\nartifactsDir: "\\e]0;x\\a/.."\n'),
  },
  {
    name: "an ignore file whose patterns go back and forth without end",
    code: 0,
    add: async ({ robot }) => {
      const patterns = ["*a".repeat(60), "**/".repeat(80), "[!b]*".repeat(50), "?*".repeat(80)];
      await writeFile(join(robot, ".gitignore"), patterns.map((part) => `${part}x\n`).join(""));
      await writeFile(join(robot, "a".repeat(200)), "");
    },
  },
  {
    name: "an ignore file with a pattern of 200,000 characters",
    code: 3,
    message: /line 1 has 200000 characters, at most 4096/,
    add: ({ robot }) => writeFile(join(robot, ".gitignore"), "a".repeat(200_000)),
  },
  {
    name: "a robot's file whose name clears the screen",
    code: 3,
    message: /its name has a control character, rename it/,
    add: ({ robot }) => writeFile(join(robot, "\x1b[2J\x1b]0;x\x07"), ""),
  },
  {
    name: "a base with an /etc/passwd of 100 MB",
    code: 6,
    message: /etc\/passwd/,
    add: async ({ args }) => {
      const content = Buffer.alloc(ZEROS);
      const layers = [{ ...layerOf([{ path: "etc/passwd", content }]), codec: "gzip" as const }];
      args.push("--base-image", `oci:${await baseOf({ layers, config: COMMON_CONFIG })}`);
    },
  },
  {
    name: "a base of a thousand layers",
    code: 6,
    message: /it has 1001 layers, .* they are 1005, engines take 125 at most/,
    add: async ({ args }) => {
      const many = Array.from(
        { length: 1000 },
        (_, i) => layerOf([{ path: `layer/${i}`, content: "" }]),
      );
      const layers = [layerOf(await busyboxEntries()), ...many];
      args.push("--base-image", `oci:${await baseOf({ layers, config: COMMON_CONFIG })}`);
    },
  },
];

const ONE = Buffer.from("x");

for (const { name, code, message = /^Error: /, add } of POISONS) {
  const what = code === 0 ? "bears" : "refuses";
  toolTest({ name: `build ${what} ${name}`, needs: ["apt"] }, async () => {
    await using folder = await temporaryFolder();
    await using library = await unpackLibrary("tiny-shared");
    const [robot, hololib] = [join(folder.path, "robot"), join(folder.path, "hololib")];
    await cp(fixturePath("tiny", "robot"), robot, { recursive: true });
    await cp(library.path, hololib, { recursive: true });
    await writeFile(join(folder.path, "rcc"), standInElf("not rcc\n"), { mode: 0o755 });
    const args = ["-r", robot, "--hololib", hololib, "--rcc-exec", join(folder.path, "rcc")];
    args.push("--base-image", `oci:${await busyboxBase()}`);
    await add({ folder: folder.path, robot, hololib, args });
    const image = join(folder.path, "image.tar");
    const { code: found, stdout, stderr } = await runProgram(
      ["build", "--save", image, ...args],
      { cache: join(folder.path, "cache"), timeoutMs: 60_000 },
    );
    const errors = stderr.split("\n").filter((line) => line !== "" && !/^Warning: /.test(line));
    assert.equal(found, code, stderr.slice(0, 2000));
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(stdout + stderr, /[\x00-\x08\x0b-\x1f\x7f]/, "what a terminal obeys");
    if (code === 0) return void await Deno.stat(image);
    for (const line of errors) assert.match(line, LINE);
    assert.match(errors.join("\n"), message);
    assert.doesNotMatch(stderr, /unexpected/);
    await assert.rejects(Deno.stat(image), Deno.errors.NotFound);
  });
}

/** Changes a compressed blob of the library, one of middle size. */
async function changeBlob({ hololib }: Scene, change: (bytes: Buffer) => Buffer): Promise<void> {
  const names = await readdir(join(hololib, "library"), { recursive: true });
  const blobs = names.filter((name) => /[0-9a-f]{64}$/.test(name)).sort();
  for (const name of blobs) {
    const path = join(hololib, "library", name);
    const bytes = await readFile(path);
    if (gunzipSync(bytes).length < 100) continue;
    return await writeFile(path, change(bytes));
  }
  assert.fail("a blob of 100 bytes");
}

async function robotYaml({ robot }: Scene, text: string): Promise<void> {
  await writeFile(join(robot, "robot.yaml"), text);
}

/** Nine to the power of nine texts, were they written out. */
function aliasBomb(): string {
  let text = `a0: &a0 [${Array(9).fill("x")}]\n`;
  for (let i = 1; i < 9; i++) text += `a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`)}]\n`;
  return `${text}tasks: *a8\nartifactsDir: output\n`;
}

async function bombZip({ folder, args }: Scene): Promise<void> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  const catalog = gzipSync(Buffer.alloc(ZEROS));
  await zip.add("catalog/95867f930bb13171v12.linux_amd64", new Uint8ArrayReader(catalog));
  await writeFile(join(folder, "hololib.zip"), await zip.close());
  args.push("--hololib", join(folder, "hololib.zip"));
}
