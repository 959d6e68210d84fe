import {
  type Document,
  isMap,
  isNode,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type YAMLSeq,
} from "yaml";
import type { SourcePosition } from "../robot/mod.ts";

/**
 * YAML without some items of its lists, with its comments; a list in a list that becomes empty goes
 * too.
 *
 * @param positions Where the items stand.
 * @throws {SyntaxError} saying why one cannot be left out.
 */
export function withoutItems(
  text: string,
  positions: readonly Pick<SourcePosition, "line" | "column">[],
): string {
  const lines = new LineCounter();
  // rcc reads the first document alone.
  const [document] = parseAllDocuments(text, { ...SETTINGS, lineCounter: lines });
  if (document === undefined) return text;
  const unwanted = new Set(positions.map(({ line, column }) => `${line}:${column}`));
  removeItems(document, (node) => {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (offset === undefined) return false;
    const { line, col } = lines.linePos(offset);
    return unwanted.has(`${line}:${col}`);
  });
  return rendered(document, { indentSeq: !OUTDENTED.test(text) });
}

/** As the robot's own reader has them: all scalars are text, and stay as they were written. */
const SETTINGS = { version: "1.1", schema: "failsafe", uniqueKeys: false } as const;
/** Items that stand as far left as the key of their list. */
const OUTDENTED = /^( *)[\w-]+:[^\n]*\n(?:\s*#[^\n]*\n|\s*\n)*\1- /m;

/** Removes items of lists, and then entries such as `pip:` of which nothing remains. */
function removeItems(document: Document, isUnwanted: (node: unknown) => boolean): void {
  const emptied = new Set<unknown>();
  visit(document, {
    Seq(_key, list: YAMLSeq) {
      const kept = list.items.filter((item) => !isUnwanted(item));
      if (kept.length === 0 && list.items.length > 0) emptied.add(list);
      list.items = kept;
    },
  });
  visit(document, {
    Seq(_key, list: YAMLSeq) {
      list.items = list.items.filter((item) => {
        const only = isMap(item) && item.items.length === 1 ? item.items[0] : undefined;
        return !(isSeq(only?.value) && emptied.has(only.value));
      });
    },
  });
}

function rendered(document: Document, { indentSeq }: { readonly indentSeq: boolean }): string {
  const [error] = document.errors;
  if (error !== undefined) {
    throw new SyntaxError("only rcc reads its YAML, write it plainer", { cause: error });
  }
  try {
    return document.toString({ lineWidth: 0, indentSeq, flowCollectionPadding: false });
  } catch (cause) {
    const why =
      `an entry that is left out is used elsewhere by its anchor, write it out where it ` +
      `is used`;
    throw new SyntaxError(why, { cause });
  }
}
