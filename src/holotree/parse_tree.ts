import {
  digestField,
  flagField,
  type JsonObject,
  modeField,
  nameField,
  offsetsField,
  requireObject,
  sizeField,
  symlinkField,
} from "./catalog_fields.ts";
import { ContentTable } from "./contents.ts";
import type { JsonReader } from "./json_reader.ts";
import { SPACE_NAME_LENGTH } from "./names.ts";
import { inTree, TreeDraft } from "./tree_draft.ts";

/** The tree of a catalog, as its JSON has it. */
export class ParsedTree {
  readonly draft = new TreeDraft();
  readonly contents = new ContentTable();
}

/**
 * Reads the tree of a catalog, with a list of the folders that have not ended and not by recursion:
 * depth costs no stack. Of each file an object is made from the JSON, checked, and dropped.
 *
 * @throws {SyntaxError} naming the file or folder that RCC would not have written so.
 */
export function* parseTree(json: JsonReader): Generator<undefined, ParsedTree> {
  const tree = new ParsedTree();
  if (!json.enterObject()) requireObject(yield* json.value(), "tree");
  const open: OpenFolder[] = [{ node: tree.draft.addFolder("", 0), key: "", fields: {} }];
  for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
    const key = json.nextKey();
    if (key === undefined) leave(folder, open, tree);
    else if (folder.members === undefined) yield* readField(key, json, open);
    else if (folder.members === "files") yield* readFile(key, json, open, tree);
    else if (json.enterObject()) {
      open.push({ node: tree.draft.addFolder(key, folder.node), key, fields: {} });
    } else objectIn(open, yield* json.value(), key);
  }
  return tree;
}

/** A folder whose JSON has not ended. */
interface OpenFolder {
  /** In the draft. */
  readonly node: number;
  readonly key: string;
  /** What is stated of the folder itself. */
  readonly fields: { [field in (typeof FIELDS)[number]]?: unknown };
  /** Which of its two maps is being read. */
  members?: "files" | "subdirs" | undefined;
}

const FIELDS = ["name", "symlink", "mode", "shadow"] as const;

/** Maps are empty when they are left out, as Go reads them. */
function* readField(
  key: string,
  json: JsonReader,
  open: readonly OpenFolder[],
): Generator<undefined> {
  const folder = open.at(-1)!;
  const isMap = key === "files" || key === "subdirs";
  if (isMap && json.enterObject()) {
    folder.members = key;
    return;
  }
  const value = yield* json.value();
  if (isMap) objectIn(open, value ?? {}, key);
  const field = FIELDS.find((name) => name === key);
  if (field !== undefined) folder.fields[field] = value;
}

function leave(folder: OpenFolder, open: OpenFolder[], { draft }: ParsedTree): void {
  if (folder.members !== undefined) {
    folder.members = undefined;
    return;
  }
  const { node, key, fields } = folder;
  at(open, undefined, () => {
    if (open.length > 1) nameField(fields, key);
    const shadow = flagField(fields, "shadow");
    draft.describeFolder(node, {
      ...symlinkField(fields),
      mode: modeField(fields, ["directory"]),
      shadow,
    });
  });
  open.pop();
}

const FILE_TYPES = ["file"] as const;
const LINK_TYPES = ["file", "symlink"] as const;

function* readFile(
  key: string,
  json: JsonReader,
  open: readonly OpenFolder[],
  { draft, contents }: ParsedTree,
): Generator<undefined> {
  const file = objectIn(open, yield* json.value(), key);
  at(open, key, () => {
    nameField(file, key);
    const { symlink } = symlinkField(file);
    const size = sizeField(file, "size");
    const mode = modeField(file, symlink === undefined ? FILE_TYPES : LINK_TYPES);
    const digest = digestField(file, "digest");
    const rewrite = offsetsField(file, { size, width: SPACE_NAME_LENGTH });
    const content = contents.add(digest, { size, rewrite });
    draft.addFile(key, open.at(-1)!.node, { symlink, mode, content });
  });
}

function objectIn(open: readonly OpenFolder[], value: unknown, key: string): JsonObject {
  return at(open, undefined, () => requireObject(value, key));
}

/** Says in which file or folder something is wrong. */
function at<Result>(
  open: readonly OpenFolder[],
  name: string | undefined,
  read: () => Result,
): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const names = open.slice(1).map(({ key }) => key);
    throw inTree([...names, ...(name === undefined ? [] : [name])].join("/"), error);
  }
}
