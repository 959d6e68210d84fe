import assert from "node:assert/strict";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { CommanderError } from "commander";
import { type Actions, createProgram } from "../../src/cli/program.ts";
import { codeBlocks, readPages, ROOT } from "./pages.ts";

const blocks = readPages().flatMap(codeBlocks);
const tasks: Readonly<Record<string, string>> =
  JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))).tasks;

/** Command lines of all pages, those that go on behind a backslash as one. */
const lines = blocks.filter(({ language }) => language === "sh" || language === "yaml")
  .flatMap(({ page, text }) =>
    text.replace(/\\\n\s*/g, "").split("\n").map((line) => ({
      page,
      line: line.trim().replace(/^- (?:run: )?|^run: /, ""),
    }))
  );

Deno.test("every rcc-oci command of the pages is one that the program understands", async () => {
  const commands = lines.filter(({ line }) => /^rcc-oci [a-z-]/.test(line));
  assert.ok(commands.length > 10, `found ${commands.length} commands`);
  for (const { page, line } of commands) {
    const fault = await faultOf(wordsOf(line).slice(1));
    assert.equal(fault, undefined, `${page}: ${line}`);
  }
});

Deno.test("every task of the pages is one of deno.json", () => {
  for (const { page, line } of lines) {
    const task = /\bdeno(?:@[0-9.]+)? task ([a-z-]+)/.exec(line)?.[1];
    if (task !== undefined) assert.ok(task in tasks, `${page}: ${line}`);
  }
});

Deno.test("every block of YAML and JSON can be read", () => {
  for (const { page, language, text } of blocks) {
    if (language === "json") JSON.parse(text);
    if (language !== "yaml") continue;
    const errors = parseAllDocuments(text).flatMap(({ errors }) => errors);
    assert.deepEqual(errors.map(({ message }) => message), [], page);
  }
});

/** What the program says against the arguments. */
async function faultOf(args: readonly string[]): Promise<string | undefined> {
  const actions = new Proxy({} as Actions, { get: () => () => Promise.resolve() });
  try {
    await createProgram(actions).parseAsync(args, { from: "user" });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : error.message;
    throw error;
  }
}

/** The words of a shell's line, without quotes, up to what the shell does with the program. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word);
  const end = words.findIndex((word) => /^([|;>#]|>>|&&|2>.*)$/.test(word));
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replace(/["']/g, ""));
}
