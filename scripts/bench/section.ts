/** Our section of docs/performance.md. Others write their own into the same file. */
import { readFile, writeFile } from "node:fs/promises";

const BEGIN = "<!-- bench: begin, written by `deno task bench` -->";
const END = "<!-- bench: end -->";
const TITLE = "# Performance\n";

/** Puts the text in the place of what stood between the markers, or at the end. */
export async function replaceSection(file: URL, text: string): Promise<void> {
  const found = await readFile(file, "utf8").catch(() => TITLE);
  const [before, rest] = split(found, BEGIN);
  const after = rest === undefined ? "" : split(rest, END)[1] ?? "";
  await writeFile(
    file,
    `${before.trimEnd()}\n\n${BEGIN}\n\n${text.trim()}\n\n${END}${after || "\n"}`,
  );
}

function split(text: string, at: string): readonly [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + at.length)];
}
