/** A section of docs/performance.md. Each script that measures writes its own into the same file. */
import { readFile, writeFile } from "node:fs/promises";

/** Comments that stand around a section. */
export interface SectionMarkers {
  readonly begin: string;
  readonly end: string;
}

const BENCH: SectionMarkers = {
  begin: "<!-- bench: begin, written by `deno task bench` -->",
  end: "<!-- bench: end -->",
};
const TITLE = "# Performance\n";

/** Puts the text in the place of what stood between the markers, or at the end. */
export async function replaceSection(
  file: URL,
  text: string,
  { begin, end }: SectionMarkers = BENCH,
): Promise<void> {
  const found = await readFile(file, "utf8").catch(() => TITLE);
  const [before, rest] = split(found, begin);
  const after = rest === undefined ? "" : split(rest, end)[1] ?? "";
  await writeFile(
    file,
    `${before.trimEnd()}\n\n${begin}\n\n${text.trim()}\n\n${end}${after || "\n"}`,
  );
}

function split(text: string, at: string): readonly [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + at.length)];
}
