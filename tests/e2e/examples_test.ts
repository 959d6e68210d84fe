/** What the examples' pages promise. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { codeBlocks, type Page, readPages, ROOT } from "../docs/pages.ts";
import { debianBase } from "../support/bases.ts";
import { largeFixturePath } from "../support/fixtures.ts";
import { podman } from "../support/podman.ts";
import { runProgram } from "../support/program.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";

const pages = readPages();

/** The blocks of a language of an example's page. */
function blocksOf(example: string, language: string): readonly string[] {
  const page = pages.find(({ path }) => path === `examples/${example}/README.md`) as Page;
  return codeBlocks(page).filter((block) => block.language === language).map(({ text }) => text);
}

toolTest({
  name: "examples/python runs offline and leaves what its page says",
  needs: [...podman.needs, "cc", "mmdebstrap"],
  on: ["large fixtures"],
}, async () => {
  await using folder = await temporaryFolder();
  const archive = join(folder.path, "image.tar");
  const built = await runProgram([
    ...["build", "-r", join(ROOT, "examples/python"), "--save", archive],
    ...["--hololib", join(largeFixturePath("python")!, "hololib.zip")],
    ...["--base-image", `oci:${await debianBase()}`, "--rcc-exec", await standinRcc()],
    ...["-t", "examples/weather:1"],
  ], { cache: join(folder.path, "cache") });
  assert.equal(built.code, 0, built.stderr);
  await podman.load(archive);
  const output = join(folder.path, "output");
  const { code, stdout, stderr } = await podman.run("docker.io/examples/weather:1", {
    env: { CITY: "Bergen" },
    copyOut: [{ from: "/home/robot/app/output", to: output }],
  });
  assert.equal(code, 0, stderr);
  assert.ok(stdout.includes(blocksOf("python", "text")[0]!), stdout);
  const written = await Deno.readTextFile(join(output, "weather.yaml"));
  assert.equal(written, blocksOf("python", "yaml")[0]);
});

for (const example of ["browser", "hello", "python"]) {
  Deno.test(`examples/${example} is a robot that can be read`, async () => {
    const { readRobot } = await import("../../src/robot/mod.ts");
    const { tasks, warnings } = await readRobot(join(ROOT, "examples", example));
    assert.notEqual(tasks.length, 0);
    assert.deepEqual(warnings.filter(({ message }) => !message.includes("ignore")), []);
  });
}
