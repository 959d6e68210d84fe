import assert from "node:assert/strict";
import { join } from "node:path";
import { documents, programText } from "../../scripts/docs/documents.ts";
import type { CommandText } from "../../src/manual/mod.ts";
import { ROOT } from "../../scripts/ship/project.ts";
import { run, toolTest } from "../support/tools.ts";

const made = await documents();

for (const { path, text } of made) {
  Deno.test(`${path} is what the program says`, async () => {
    const written = await Deno.readTextFile(join(ROOT, path));
    assert.ok(written === text, `${path} is not up to date: run \`deno task docs\``);
  });
}

Deno.test("the examples of a command are of no other one", () => {
  const examples = (command: CommandText, above: string): readonly string[] => {
    const name = `${above} ${command.name}`;
    const wrong = command.examples.filter(([, line]) => !line.includes(name));
    return [
      ...wrong.map(([, line]) => `${name}: ${line}`),
      ...command.commands.flatMap((one) => examples(one, name)),
    ];
  };
  const { name, commands } = programText();
  assert.deepEqual(commands.flatMap((command) => examples(command, name)), []);
});

toolTest({ name: "mandoc finds no fault in the man page", needs: ["mandoc"] }, async () => {
  const { text } = made.find(({ path }) => path.endsWith(".1"))!;
  const options = { stdin: text, allowFailure: true };
  const { stdout: faults } = await run("mandoc", ["-T", "lint", "-W", "warning"], options);
  // It bears no date: the same program gives the same page.
  const others = faults.split("\n").filter((line) => !line.includes("missing date"));
  assert.deepEqual(others, [""]);
  const { stdout } = await run("mandoc", ["-T", "utf8"], { stdin: text });
  for (const word of ["build", "dockerfile", "EXIT STATUS", "RCC_OCI_CACHE"]) {
    assert.ok(stdout.replace(/.[\b]/g, "").includes(word), word);
  }
});
