/** examples/browser, as its page says: its base, and each of its tasks on a page of its own. */
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeBlocks, readPages, ROOT } from "../docs/pages.ts";
import { BROWSER_BASE_NEEDS, browserBase } from "../support/browser_base.ts";
import { podman } from "../support/podman.ts";
import { runProgram } from "../support/program.ts";
import { realLibrary } from "../support/real_library.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { toolTest } from "../support/tools.ts";

const EXAMPLE = join(ROOT, "examples", "browser");

toolTest({
  name: "examples/browser opens a page with Playwright, Selenium and on a display, offline",
  needs: [...BROWSER_BASE_NEEDS, ...podman.needs, "cc", "pip"],
}, async () => {
  await using folder = await temporaryFolder();
  const robot = join(folder.path, "browser");
  await cp(EXAMPLE, robot, { recursive: true });
  const conda = await readFile(join(EXAMPLE, "conda.yaml"), "utf8");
  const packages = [...conda.matchAll(/^ +- (\S+==\S+)$/gm)].map(([, name]) => name!);
  const { hololib, condaYaml } = await realLibrary(packages, { withDependencies: true });
  await writeFile(join(robot, "conda.yaml"), condaYaml); // With this machine's Python.
  const archive = join(folder.path, "image.tar");
  const built = await runProgram([
    ...["build", "-r", robot, "--hololib", hololib, "--base-image", `oci:${await browserBase()}`],
    ...["--rcc-exec", await standinRcc(), "--save", archive, "-t", "examples/picture:1"],
  ], { cache: join(folder.path, "cache") });
  assert.equal(built.code, 0, built.stderr);
  await podman.load(archive);
  const page = readPages().find(({ path }) => path === "examples/browser/README.md")!;
  const [playwright, selenium] = codeBlocks(page)
    .filter(({ language }) => language === "text").map(({ text }) => text) as [string, string];
  for (
    const [task, line] of [["Playwright", playwright], ["Selenium", selenium], [
      "Display",
      selenium,
    ]]
  ) {
    const output = join(folder.path, `output-${task}`);
    const { code, stdout, stderr } = await podman.run("docker.io/examples/picture:1", {
      args: ["--task", task!],
      copyOut: [{ from: "/home/robot/app/output", to: output }],
    });
    assert.equal(code, 0, `${task}: ${stdout}${stderr}`);
    assert.ok(stdout.includes(line!), stdout);
    const name = task === "Playwright" ? "playwright.png" : "selenium.png";
    const picture = await readFile(join(output, name));
    assert.equal(picture.subarray(1, 4).toString(), "PNG");
  }
});
