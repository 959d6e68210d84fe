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
import { Failure } from "../failure/mod.ts";
import type { CondaFile, SourcePosition } from "../robot/mod.ts";

/** Options of {@linkcode withoutDependencies}. */
export interface WithoutOptions {
  /** Where the entries stand that are to be left out. */
  readonly entries: readonly Pick<SourcePosition, "line" | "column">[];
  /** How messages name the file. */
  readonly fileName: string;
}

/**
 * The text of an environment file without some entries of its lists. All else stays with its
 * comments; a list for pip that becomes empty goes too.
 *
 * @throws {Failure} when an entry cannot be left out without breaking the rest.
 */
export function withoutDependencies(text: string, { entries, fileName }: WithoutOptions): string {
  if (entries.length === 0) return text;
  const lines = new LineCounter();
  // rcc reads the first document alone.
  const [document] = parseAllDocuments(text, { ...SETTINGS, lineCounter: lines });
  if (document === undefined) return text;
  const unwanted = new Set(entries.map(({ line, column }) => `${line}:${column}`));
  removeItems(document, (node) => {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (offset === undefined) return false;
    const { line, col } = lines.linePos(offset);
    return unwanted.has(`${line}:${col}`);
  });
  return rendered(document, { fileName, indentSeq: !OUTDENTED.test(text) });
}

/**
 * Requires that rcc reads in the text of {@linkcode withoutDependencies} what it read before.
 *
 * @throws {Failure} when it reads something else: not all YAML is the same to all readers.
 */
export function requireOnlyWithout(
  after: CondaFile,
  { before, entries }: { readonly before: CondaFile; readonly entries: WithoutOptions["entries"] },
): void {
  if (packagesIn(after) === packagesIn(before, entries)) return;
  const why = "its YAML is read otherwise by others than rcc, write it plainer";
  throw cannotLeaveOut(after.fileName, why);
}

/** All packages but those at some places. */
function packagesIn(
  { dependencies, pip }: CondaFile,
  without: WithoutOptions["entries"] = [],
): string {
  const unwanted = new Set(without.map(({ line, column }) => `${line}:${column}`));
  const kept = [dependencies, pip].map((list) =>
    list.filter(({ line, column }) => !unwanted.has(`${line}:${column}`)).map(({ text }) => text)
  );
  return JSON.stringify(kept);
}

function cannotLeaveOut(fileName: string, why: string, options: ErrorOptions = {}): Failure {
  return new Failure(
    "robot/platform",
    `failed to prepare "${fileName}" for linux-64: ${why}`,
    options,
  );
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

interface RenderOptions {
  readonly fileName: string;
  readonly indentSeq: boolean;
}

function rendered(document: Document, { fileName, indentSeq }: RenderOptions): string {
  const [error] = document.errors;
  if (error !== undefined) {
    throw cannotLeaveOut(fileName, `only rcc reads its YAML, write it plainer`, { cause: error });
  }
  try {
    return document.toString({ lineWidth: 0, indentSeq, flowCollectionPadding: false });
  } catch (cause) {
    const why =
      `an entry that is left out is used elsewhere by its anchor, write it out where it ` +
      `is used`;
    throw cannotLeaveOut(fileName, why, { cause });
  }
}
