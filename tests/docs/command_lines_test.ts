/** Every command line of the pages that is ours is run as it stands there. */
import assert from "node:assert/strict";
import { chmod, cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { busyboxBase } from "../support/bases.ts";
import { tinyBundle } from "../support/bundle_of.ts";
import { bundledProgram } from "../support/bundled.ts";
import { fixturePath } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, type RunResult, toolTest } from "../support/tools.ts";
import { archiveLayout } from "../base/images.ts";
import { internet } from "./internet.ts";
import { codeBlocks, readPages } from "./pages.ts";

/** A command of ours, whatever stands before it in its line. */
const OURS = /^(?:[A-Z_]+=\S+ |\w+=\$\()*(?:rcc-oci|deno run) /;
/** What a line of its block needs to have been done. */
const BEFORE = /^(?:cd|mkdir|install -d) /;

/** Lines with what must be done before them. The pages of examples have tests of their own. */
const lines = readPages().filter(({ path }) => path === "README.md" || path.startsWith("docs/"))
  .flatMap(codeBlocks).filter(({ language }) => language === "sh")
  .flatMap(({ page, text }) => {
    const all = text.replace(/\\\n\s*/g, "").split("\n").map((line) => line.trim());
    return all.flatMap((line, i) =>
      OURS.test(line) && !line.includes("Out-String") // Of PowerShell.
        ? [{ page, line, before: all.slice(0, i).filter((other) => BEFORE.test(other)) }]
        : []
    );
  });

const NEEDS = { needs: ["apt", "bash", "cc", "openssl"], on: ["no Windows"] } as const;

toolTest(
  { name: "every command line of the pages does what it stands there for", ...NEEDS },
  async (test) => {
    assert.ok(lines.length > 15, `found ${lines.length} lines`);
    await using scene = await linesScene();
    for (const { page, line, before } of lines) {
      await test.step(`${page}: ${line}`, async () => {
        const { code, stdout, stderr } = await scene.run([...before, line]);
        assert.equal(code, 0, stdout + stderr);
        assert.doesNotMatch(stderr, /^Error/m);
      });
    }
  },
);

toolTest(
  { name: "the permissions of a command line of the pages are all needed", ...NEEDS },
  async (test) => {
    const ours = lines.filter(({ line }) => line.includes("deno run"));
    assert.notEqual(ours.length, 0);
    await using scene = await linesScene();
    for (const { page, line, before } of ours) {
      for (const less of withLess(line)) {
        await test.step(`${page}: ${less}`, async () => {
          const { code } = await scene.run([...before, less]);
          assert.notEqual(code, 0);
        });
      }
    }
  },
);

/** The line without one of its permissions, or without one of several values of a permission. */
function* withLess(line: string): Generator<string> {
  for (const [flag, values] of line.matchAll(/ --allow-[a-z]+(?:=(\S+))?/g)) {
    const all = values?.split(",") ?? [];
    if (all.length < 2) {
      yield line.replace(flag, "");
      continue;
    }
    for (const value of all) {
      yield line.replace(values!, all.filter((other) => other !== value).join(","));
    }
  }
}

/** Hosts, programs and files that the lines name, new for each line. */
async function linesScene() {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder()).path;
  const net = stack.use(await internet());
  const [template, bin, home] = ["template", "bin", "home"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await makeBin(bin);
  await makeTemplate(template);
  // Where shells look for completions.
  for (const path of [".zfunc", ".config/fish/completions"]) {
    await mkdir(join(home, path), { recursive: true });
  }
  let count = 0;
  return {
    async run(script: readonly string[]): Promise<RunResult> {
      const place = join(folder, `line-${count++}`);
      await cp(template, place, { recursive: true });
      return await run("bash", ["-c", ["set -euo pipefail", ...script].join("\n")], {
        cwd: place,
        env: {
          ...net.env,
          PATH: `${bin}:${Deno.env.get("PATH")}`,
          HOME: home,
          DENO_DIR: `${place}-deno`,
          DENO_NO_UPDATE_CHECK: "1",
          NO_COLOR: "1",
        },
        allowFailure: true,
      });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The programs that the lines name: ours, an rcc, and an engine's client. */
async function makeBin(bin: string): Promise<void> {
  await mkdir(bin);
  const scripts = {
    "rcc-oci":
      `DENO_DIR="${bin}/cache" exec "${Deno.execPath()}" run -A "${await bundledProgram()}" "$@"`,
    deno: `exec "${Deno.execPath()}" "$@"`,
    docker: `[ "$1" != load ] || cat > /dev/null`,
  };
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  }
  await writeFile(join(bin, "rcc"), standInElf("This stands in for rcc.\n"));
  for (const name of [...Object.keys(scripts), "rcc"]) await chmod(join(bin, name), 0o755);
}

/** The files that the lines name: robots with their library, images, bases. */
async function makeTemplate(place: string): Promise<void> {
  for (const robot of ["", "robot", "my-robot", "path/to", "robots/invoices", "robots/orders"]) {
    await cp(fixturePath("tiny", "robot"), join(place, robot), { recursive: true });
    await cp(fixturePath("tiny", "hololib.zip"), join(place, robot, "hololib.zip"));
    await writeFile(join(place, robot, "rcc-linux64"), standInElf("This stands in for rcc.\n"));
  }
  const list = readPages().flatMap(codeBlocks).find(({ text }) => text.startsWith("- robot: "));
  await writeFile(join(place, "fleet.yaml"), list!.text.replace("task: Import", "task: Hello"));
  await writeFile(join(place, "bundle.py"), await tinyBundle());
  const base = await busyboxBase();
  await writeFile(join(place, "base.tar"), await archiveLayout(base));
  const verified = await runProgram([
    ...["build", "-r", "robot", "--base-image", "oci-archive:base.tar", "--save", "bot.tar"],
    ...["--rcc-exec", "rcc-linux64"],
  ], { cache: `${place}-cache`, cwd: place });
  assert.equal(verified.code, 0, verified.stderr);
  for (const name of ["earlier.tar", "image.tar"]) {
    const { code, stderr } = await runProgram([
      ...["build", "--base-image", `oci:${base}`, "--rcc-exec", "rcc-linux64"],
      ...["--save", name, "--label", `name=${name}`, "-t", "bot:1", "--oci-layout", "layout"],
    ], { cache: `${place}-cache`, cwd: place });
    assert.equal(code, 0, stderr);
  }
}
