/** `--report` of `inspect` and `build`, as a person and a browser see it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fixturePath } from "../support/fixtures.ts";
import { runProgram } from "../support/program.ts";
import { busyboxBase } from "../support/bases.ts";
import { standinRcc } from "../support/standin.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run, toolTest } from "../support/tools.ts";

toolTest({
  name: "inspect --report writes a page that a browser shows without a word on its console",
  needs: ["apt", "cc", "chromium"],
}, async () => {
  await using folder = await temporaryFolder();
  const [first, second] = ["1", "2"].map((tag) => join(folder.path, `${tag}.tar`));
  const cache = join(folder.path, "cache");
  for (const [archive, extra] of [[first!, []], [second!, ["--user", "worker"]]] as const) {
    const built = await runProgram([
      ...["build", "-r", fixturePath("tiny", "robot"), "--save", archive, ...extra],
      ...["--hololib", fixturePath("tiny", "hololib.zip"), "-t", "page:1"],
      ...["--base-image", `oci:${await busyboxBase()}`, "--rcc-exec", await standinRcc()],
    ], { cache });
    assert.equal(built.code, 0, built.stderr);
  }
  const page = join(folder.path, "page.html");
  const args = ["inspect", second!, "--report", page, "--compare", first!];
  const { code, stderr } = await runProgram(args, { cache });
  assert.equal(code, 0, stderr);
  const text = await Deno.readTextFile(page);
  assert.match(text, /<td>changed<\/td>.*<td>\/etc\/passwd<\/td>/);

  const picture = join(folder.path, "page.png");
  const browser = await run("chromium", [
    ...["--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"],
    ...[`--user-data-dir=${join(folder.path, "browser")}`, "--window-size=1000,800"],
    ...[`--screenshot=${picture}`, `file://${page}`],
  ], { timeoutMs: 60_000 });
  assert.doesNotMatch(browser.stderr, /CONSOLE/);
  const bytes = await Deno.readFile(picture);
  assert.deepEqual([...bytes.subarray(1, 4)], [...new TextEncoder().encode("PNG")]);
});

toolTest({
  name: "build --report writes the same page as inspect, also beside the image that it replaces",
  needs: ["apt", "cc"],
}, async () => {
  await using folder = await temporaryFolder();
  const cache = join(folder.path, "cache");
  const [image, page, other] = ["image.tar", "build.html", "inspect.html"].map((name) =>
    join(folder.path, name)
  );
  const build = [
    ...["build", "-r", fixturePath("tiny", "robot"), "--save", image!, "-t", "page:1"],
    ...["--hololib", fixturePath("tiny", "hololib.zip")],
    ...["--base-image", `oci:${await busyboxBase()}`, "--rcc-exec", await standinRcc()],
  ];
  const options = { cache, env: { SOURCE_DATE_EPOCH: "1700000000" } };
  const first = await runProgram([...build, "--report", page!], options);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^Assembling image\.\.\. OK\nReporting\.\.\. OK\nSaving\.\.\. OK$/m);
  const inspected = await runProgram(["inspect", image!, "--report", other!], options);
  assert.equal(inspected.code, 0, inspected.stderr);
  assert.equal(await Deno.readTextFile(page!), await Deno.readTextFile(other!));

  const comparing = ["--user", "worker", "--report", page!, "--compare", image!];
  const second = await runProgram([...build, ...comparing], options);
  assert.equal(second.code, 0, second.stderr);
  assert.match(
    await Deno.readTextFile(page!),
    /<td>changed<\/td>.*<td>\/etc\/passwd<\/td>/,
  );
});

Deno.test("build --compare needs --report", async () => {
  await using folder = await temporaryFolder();
  const { code, stderr } = await runProgram(["build", "--compare", "b.tar"], {
    cache: join(folder.path, "cache"),
  });
  assert.equal(code, 2);
  assert.match(stderr, /--compare.*give --report/);
});
