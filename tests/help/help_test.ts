import assert from "node:assert/strict";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { CommanderError } from "commander";
import { idleProgram } from "../../scripts/docs/documents.ts";
import { helpPages } from "../../scripts/docs/help_pages.ts";
import { findHelp, helpText, type HelpTextOptions } from "../../src/help/mod.ts";

for (const { command: names } of helpPages(idleProgram())) {
  Deno.test(`${["rcc-oci", ...names].join(" ")} --help is what commander says, however wide`, () => {
    const args = [...names, "--help"];
    const page = findHelp(args);
    assert.ok(page);
    for (const hasColor of [true, false]) {
      for (const columns of [0, 1, 39, ...range(40, 160), 1000]) {
        const look = { columns, hasColor };
        assert.equal(helpText(page, look), commanderHelp(args, look), `${columns} columns`);
      }
    }
  });
}

Deno.test("findHelp() finds what commander would print, or nothing", () => {
  const look = { columns: 80, hasColor: true };
  const words = [
    ...["build", "cache", "prune", "help", "--help", "-h", "--version", "--json", "-r", "--", ""],
    ...["cache prune", "toString"],
  ];
  const found = argumentsOf(words, 3).filter((args) => {
    const page = findHelp(args);
    if (page !== undefined) {
      assert.equal(helpText(page, look), commanderHelp(args, look), JSON.stringify(args));
    }
    return page !== undefined;
  });
  assert.deepEqual(found.map((args) => args.join(" ")), [
    ...["help", "--help", "-h", "build --help", "build -h", "cache --help", "cache -h"],
    ...["help build", "help cache", "cache prune --help", "cache prune -h"],
  ]);
});

/** What commander prints on standard output when it ends well. */
function commanderHelp(
  args: readonly string[],
  { columns, hasColor }: HelpTextOptions,
): string | undefined {
  const program = idleProgram();
  let text = "";
  for (const command of withInner(program)) {
    command.configureOutput({
      writeOut: (more) => text += more,
      getOutHelpWidth: () => columns,
      getOutHasColors: () => hasColor,
    });
  }
  try {
    program.parse(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return text;
  }
  return undefined;
}

function withInner(command: CommandUnknownOpts): readonly CommandUnknownOpts[] {
  return [command, ...command.commands.flatMap(withInner)];
}

/** All that can be said in one word, in two, and so on. */
function argumentsOf(words: readonly string[], most: number): readonly (readonly string[])[] {
  const shorter = most === 1 ? [[]] : argumentsOf(words, most - 1);
  const longest = shorter.filter(({ length }) => length === most - 1)
    .flatMap((args) => words.map((word) => [...args, word]));
  return [...shorter.filter(({ length }) => length > 0), ...longest];
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
