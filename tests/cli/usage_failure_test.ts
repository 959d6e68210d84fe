import assert from "node:assert/strict";
import { join } from "node:path";
import { nearestOf } from "../../src/cli/usage_failure.ts";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

Deno.test("nearestOf() finds what was meant, and nothing where nobody knows", () => {
  const names = ["--tag", "--task", "--rcc-exec", "--base-image", "--save", "--push", "-q"];
  for (
    const [word, expected] of [
      ["--tags", "--tag"],
      ["--atg", "--tag"],
      ["--tsak", "--task"],
      ["--rcc", "--rcc-exec"],
      ["--image", "--base-image"],
      ["--baseimage", "--base-image"],
      ["--output", undefined],
      ["--x", undefined],
      ["-z", undefined],
      ["", undefined],
    ] as const
  ) assert.equal(nearestOf(word, names), expected, word);
});

/** How the program answers arguments that it does not know. */
const ANSWERS: readonly (readonly [args: string, answer: string])[] = [
  ["buidl", `unknown command "buidl", did you mean build?`],
  ["cache prnue", `unknown command "prnue", did you mean prune?`],
  ["xyz", `unknown command "xyz", see \`rcc-oci --help\` for those there are`],
  ["build --tags x", `unknown option "--tags", did you mean --tag?`],
  ["build --tags=x", `unknown option "--tags=x", did you mean --tag?`],
  [
    "build --output x",
    `unknown option "--output", see \`rcc-oci build --help\` for those there are`,
  ],
  ["inspect --push x", `unknown option "--push", it is one of build and rebase and doctor`],
];

Deno.test("the program names the nearest command or option for one that it does not know", async () => {
  await using folder = await temporaryFolder();
  for (const [args, answer] of ANSWERS) {
    const cache = join(folder.path, "cache");
    const { code, stdout, stderr } = await runProgram(args.split(" "), { cache });
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(stderr, `Error: ${answer}\n`);
  }
});

Deno.test("with --json every failure is a document, whenever it comes", async () => {
  await using folder = await temporaryFolder();
  const cache = join(folder.path, "cache");
  const cases = [
    ["build --json --tagz x", 2, "usage/option"],
    ["build --json -t Not/A:Name", 2, "usage/reference"],
    ["build --json -r nowhere --base-image scratch --offline", 3, "robot/not-found"],
    ["build --plan --json -r nowhere --base-image Not/A:Name", 2, "usage/reference"],
    ["inspect --json nofile.tar", 6, "base/not-found"],
    ["cache info --json --nowhere", 2, "usage/option"],
  ] as const;
  for (const [args, expected, id] of cases) {
    const { code, stdout } = await runProgram(args.split(" "), { cache, cwd: folder.path });
    assert.equal(code, expected, args);
    const { failures } = JSON.parse(stdout);
    assert.ok(failures.some((failure: { id: string }) => failure.id === id), stdout);
  }
});

Deno.test("a missing robot is not said once more by the checks that follow", async () => {
  await using folder = await temporaryFolder();
  const args = ["build", "-r", "nowhere", "--base-image", "scratch", "--offline"];
  const { code, stdout } = await runProgram(args, { cache: folder.path, cwd: folder.path });
  assert.equal(code, 3);
  assert.match(stdout, /^Validating robot\.\.\. FAILED$/m);
  assert.doesNotMatch(stdout, /Checking prerequisites/);
});
