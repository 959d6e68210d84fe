import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { standInElf } from "../../scripts/demo/stand_in_elf.ts";
import { asPermissionFailure, Failure } from "../../src/failure/mod.ts";
import { fixturePath } from "../support/fixtures.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run } from "../support/tools.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

for (
  const { allowed, refused } of [
    { allowed: [], refused: /no env access.*, run with --allow-env, or with -A$/m },
    {
      allowed: ["--allow-env", "--allow-sys"],
      refused: /no read access to ".*", run with --allow-read, /,
    },
    {
      allowed: ["--allow-env", "--allow-read", "--allow-sys"],
      refused: /no write access to ".*", run with --allow-write, /,
    },
  ]
) {
  const given = allowed.length === 0 ? "nothing" : allowed.join(" ");
  Deno.test(`a build that Deno allows ${given} says which flag is missing`, async () => {
    await using folder = await temporaryFolder();
    const rcc = `${folder.path}/rcc`;
    await writeFile(rcc, standInElf("not rcc\n"), { mode: 0o755 });
    const { code, stderr } = await run(Deno.execPath(), [
      ...["run", "--no-check", "--no-prompt", "--node-modules-dir=manual", ...allowed],
      ...[MAIN, "build"],
      ...["-r", fixturePath("tiny", "robot"), "--hololib", fixturePath("tiny", "hololib.zip")],
      ...["--base-image", "scratch", "--save", `${folder.path}/image.tar`],
      ...["--rcc-exec", rcc],
    ], {
      allowFailure: true,
      env: { RCC_OCI_CACHE: `${folder.path}/cache`, NO_COLOR: "1" },
    });
    assert.equal(code, 4, stderr);
    assert.match(stderr, /^Error: Deno allows /m);
    assert.match(stderr, refused);
    assert.doesNotMatch(stderr, /please report|\bat file:/);
  });
}

Deno.test("doctor names each permission that is missing where it is needed", async () => {
  await using folder = await temporaryFolder();
  const rcc = `${folder.path}/rcc`;
  await writeFile(rcc, standInElf("not rcc\n"), { mode: 0o755 });
  const { code, stdout, stderr } = await run(Deno.execPath(), [
    ...["run", "--no-check", "--no-prompt", "--node-modules-dir=manual"],
    ...["--allow-env", "--allow-read", "--allow-sys=homedir,uid", MAIN, "doctor"],
    ...["-r", fixturePath("tiny", "robot"), "--hololib", fixturePath("tiny", "hololib.zip")],
    ...["--base-image", "scratch", "--save", `${folder.path}/image.tar`, "--rcc-exec", rcc],
  ], {
    allowFailure: true,
    env: { RCC_OCI_CACHE: `${folder.path}/cache`, NO_COLOR: "1" },
  });
  assert.equal(code, 4, stdout + stderr);
  assert.match(stdout, /^cache folder +FAILED +.*no write access to ".*", run with --allow-write/m);
  assert.match(stdout, /^robot +ok /m);
});

Deno.test("asPermissionFailure() leaves all else as it is", () => {
  const other = new TypeError("Requires read access");
  assert.equal(asPermissionFailure(other), other);
  assert.equal(asPermissionFailure(undefined), undefined);
  const odd = new Error("something new");
  odd.name = "NotCapable";
  const failure = asPermissionFailure(odd);
  assert.ok(failure instanceof Failure);
  assert.equal(failure.message, "something new, run with -A");
});
