import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** A Markdown file of the repository. */
export interface Page {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of code. */
export interface CodeBlock {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What people are shown: the pages at the root, in docs and of the examples. */
export function readPages(): readonly Page[] {
  const docs = namesOf("docs").map((name) => `docs/${name}`);
  const examples = namesOf("examples").map((name) => `examples/${name}/README.md`);
  return [...namesOf("."), ...docs, ...examples]
    .filter((path) => path.endsWith(".md"))
    .map((path) => ({ path, text: Deno.readTextFileSync(join(ROOT, path)) }));
}

function namesOf(folder: string): readonly string[] {
  return [...Deno.readDirSync(join(ROOT, folder))].map(({ name }) => name).sort();
}

/** The blocks between fences. */
export function codeBlocks({ path, text }: Page): readonly CodeBlock[] {
  return [...text.matchAll(/^```([a-z]*)\n(.*?)^```$/gms)].map(([, language, text]) => ({
    page: path,
    language: language!,
    text: text!,
  }));
}

/** A page without its code, in which nothing is a link. */
export function withoutCode(text: string): string {
  return text.replace(/^```.*?^```$/gms, "").replace(/^ {4,}.*$/gm, "").replace(/`[^`\n]*`/g, "`");
}

/** The file that a link of a page leads to, from the root. */
export function target(page: string, link: string): string {
  return link === "" ? page : relative(ROOT, join(ROOT, dirname(page), link)).replaceAll("\\", "/");
}

/**
 * The names that a page's titles can be linked by, as GitHub makes them: in lower case, spaces as
 * dashes, without other marks.
 */
export function anchorsOf(text: string): ReadonlySet<string> {
  const titles = [...text.replace(/^```.*?^```$/gms, "").matchAll(/^#+ (.*)$/gm)];
  return new Set(
    titles.map(([, title]) =>
      title!.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "").replaceAll(" ", "-")
    ),
  );
}
