import { fileURLToPath } from "node:url";
import { commandLineOf } from "../../src/cli/command_line.ts";
import { type Actions, createProgram } from "../../src/cli/program.ts";
import { type CommandLine, manPage, markdownPage } from "../../src/manual/mod.ts";
import { VERSION } from "../../src/version.ts";

/** A file of docs that says what the program says. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** What the program is told to do by its arguments, without anything being done. */
export function programText(): CommandLine {
  const actions = new Proxy({} as Actions, { get: () => () => Promise.resolve() });
  const program = createProgram(actions);
  return commandLineOf(program);
}

/** Those that `deno task docs` writes. */
export async function documents(): Promise<readonly Document[]> {
  const program = programText();
  return [
    { path: inDocs("cli.md"), text: await formatted(markdownPage(program)) },
    { path: inDocs("rcc-oci.1"), text: manPage(program, { version: VERSION }) },
  ];
}

function inDocs(name: string): string {
  return fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
}

/** As `deno fmt` leaves it, which checks all Markdown of the repository. */
async function formatted(markdown: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=md", "--line-width=100", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("failed to format docs/cli.md: deno fmt refused it");
  return new TextDecoder().decode(stdout);
}
