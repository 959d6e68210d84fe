import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { commandLineOf } from "../../src/cli/command_line.ts";
import { type Actions, createProgram } from "../../src/cli/program.ts";
import type { CommandLine } from "../../src/manual/mod.ts";
import { manPage } from "../../src/manual/man_page.ts";
import { markdownPage } from "../../src/manual/markdown_page.ts";
import { VERSION } from "../../src/version.ts";
import { helpPages } from "./help_pages.ts";

/** A file that says what the program says. */
export interface Document {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** What the program is told to do by its arguments, without anything being done. */
export function programText(): CommandLine {
  return commandLineOf(idleProgram());
}

/** The command line, whose commands do nothing. */
export function idleProgram(): CommandUnknownOpts {
  const actions = new Proxy({} as Actions, { get: () => () => Promise.resolve() });
  return createProgram(actions);
}

/** Those that `deno task docs` writes. */
export async function documents(): Promise<readonly Document[]> {
  const program = programText();
  const pages = [...helpPages(idleProgram())];
  return [
    { path: "docs/cli.md", text: await formatted(markdownPage(program), "md") },
    { path: "docs/rcc-oci.1", text: manPage(program, { version: VERSION }) },
    { path: "src/help/pages.json", text: await formatted(JSON.stringify(pages), "json") },
  ];
}

/** As `deno fmt` leaves it, which checks all files of the repository. */
async function formatted(text: string, kind: "json" | "md"): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", `--ext=${kind}`, "--line-width=100", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error(`failed to format ${kind}: deno fmt refused it`);
  return new TextDecoder().decode(stdout);
}
