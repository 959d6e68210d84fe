/** A base that is meant badly ends in one clear line, and one that is only odd in an image. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { file } from "../base/images.ts";
import { docker, podman } from "../support/engines.ts";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { type RunResult, toolTest } from "../support/tools.ts";
import { HOSTILE_BASES, type HostileBase, makeHostileBase } from "./hostile_bases.ts";

const ELF = standInElf("This stands in for a program.\n");
/** What a robot of one shell command needs of a base. */
const SYSTEM = [{ ...file("bin/true", ELF), mode: "0000755\0" }];
/** Builds a robot of one shell command on it. */
async function build(folder: string, kind: HostileBase): Promise<RunResult> {
  const robot = join(folder, "robot");
  await mkdir(robot);
  await writeFile(join(robot, "robot.yaml"), "tasks:\n  A:\n    shell: true\nartifactsDir: o\n");
  await writeFile(join(folder, "rcc"), ELF);
  await makeHostileBase(join(folder, "base"), kind, SYSTEM);
  return await runProgram([
    ...["build", "-r", "robot", "--rcc-exec", "rcc", "--base-image", "oci:base"],
    ...["--oci-layout", "layout", ...(kind.args ?? [])],
  ], { cache: join(folder, "cache"), cwd: folder });
}

const LINE = /^Error: failed to [^\p{Cc}]{10,2000}$/u;

for (const kind of Object.values(HOSTILE_BASES).flat()) {
  const { name, code, message } = kind;
  const how = code === 0 ? "takes" : "refuses";
  Deno.test(`build ${how} a base with ${name}`, async () => {
    await using folder = await temporaryFolder();
    const { code: found, stdout, stderr } = await build(folder.path, kind);
    const layout = join(folder.path, "layout");
    assert.equal(found, code, stdout + stderr);
    const lines = stderr.split("\n").filter((line) => line.startsWith("Error: "));
    const warnings = stderr.split("\n").filter((line) => line.startsWith("Warning: base image"));
    if (code === 0) {
      assert.equal(warnings.length, message === undefined ? 0 : 1, stderr);
      assert.match(warnings.join(), message ?? /^$/);
      assert.ok((await readdir(layout)).includes("index.json"));
    } else {
      assert.equal(lines.length, 1, stderr);
      assert.match(lines[0]!, LINE);
      assert.match(lines[0]!, message!);
      await assert.rejects(readdir(layout), { code: "ENOENT" });
    }
  });
}

for (const engine of [docker, podman]) {
  const refused = HOSTILE_BASES["what docker and podman refuse, and others unpack"]!;
  const needs = engine.needs;
  toolTest({ name: `${engine.name} refuses what the build says that it does`, needs }, async () => {
    for (const kind of refused) {
      await using folder = await temporaryFolder();
      const archive = join(folder.path, "image.tar");
      const { code, stderr } = await build(folder.path, { ...kind, args: ["--save", archive] });
      assert.equal(code, 0, stderr);
      await assert.rejects(engine.load(archive), /./, kind.name);
    }
  });
}

Deno.test("docs/reliability.md counts the kinds of bases as they are", async () => {
  const page = await readFile(new URL("../../docs/reliability.md", import.meta.url), "utf8");
  for (const [what, kinds] of Object.entries(HOSTILE_BASES)) {
    const taken = kinds.filter(({ code }) => code === 0);
    const warned = taken.filter(({ message }) => message !== undefined);
    const counts = [kinds.length - taken.length, warned.length, taken.length - warned.length];
    const row = `| ${[what, ...counts].join(" | ")} |`;
    assert.ok(page.replace(/ +/g, " ").includes(row), `expected the row "${row}"`);
  }
});
