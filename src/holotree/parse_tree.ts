import { Buffer } from "node:buffer";
import type { CatalogFile, CatalogFolder } from "./catalog.ts";
import {
  digestField,
  flagField,
  type JsonObject,
  membersField,
  modeField,
  nameField,
  offsetsField,
  quote,
  sizeField,
  symlinkField,
} from "./catalog_fields.ts";
import { SPACE_NAME_LENGTH } from "./names.ts";

/** The tree of a catalog. */
export interface ParsedTree {
  readonly root: CatalogFolder;
  /** Of any file; all digests have one form. */
  readonly firstDigest: string | undefined;
}

/**
 * Reads the tree of a catalog, with a list of the folders still to be read and not by recursion:
 * depth costs no stack.
 *
 * @param baseBytes Bytes of the path of the environment.
 * @throws {SyntaxError} naming the file or folder that RCC would not have written so.
 */
export function* parseTree(json: JsonObject, baseBytes: number): Generator<undefined, ParsedTree> {
  const contents = new Map<string, CatalogFile>();
  const top = new Map<string, CatalogFolder>();
  const open: OpenFolder[] = [
    { json, name: "", path: "", isBehindSymlink: false, siblings: top },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield* parseFolder(next, { baseBytes, contents, open });
  }
  const [firstDigest] = contents.keys();
  return { root: top.get("")!, firstDigest };
}

interface OpenFolder {
  readonly json: JsonObject;
  readonly name: string;
  /** Relative to the environment; empty for the root. */
  readonly path: string;
  /** Whether a folder above it is a symlink. */
  readonly isBehindSymlink: boolean;
  /** Where it is to be put. */
  readonly siblings: Map<string, CatalogFolder>;
}

interface TreeState {
  /** Bytes of the path before that of a file in the environment. */
  readonly baseBytes: number;
  /** A file for each digest that was met. */
  readonly contents: Map<string, CatalogFile>;
  readonly open: OpenFolder[];
}

function* parseFolder(folder: OpenFolder, state: TreeState): Generator<undefined> {
  const { json, name, path: place, isBehindSymlink, siblings } = folder;
  const head = at(place, () => parseHead(folder));
  const folders = new Map<string, CatalogFolder>();
  const files = new Map<string, CatalogFile>();
  for (const [key, member] of at(place, () => membersField(json, "files"))) {
    const path = join(place, key);
    files.set(key, at(path, () => parseFile(member, { key, path, state })));
    yield;
  }
  for (const [key, member] of at(place, () => membersField(json, "subdirs"))) {
    const path = join(place, key);
    at(path, () => {
      requireName(member, { key, path, state });
      if (files.has(key)) throw new SyntaxError("expected a file or a folder, found both");
    });
    state.open.push({
      json: member,
      name: key,
      path,
      isBehindSymlink: isBehindSymlink || "symlink" in head,
      siblings: folders,
    });
    yield;
  }
  siblings.set(name, { kind: "folder", name, ...head, folders, files });
}

function parseHead({ json, isBehindSymlink }: OpenFolder) {
  const shadow = flagField(json, "shadow");
  if (shadow && !isBehindSymlink) {
    throw new SyntaxError(`expected "shadow" behind a symlinked folder only`);
  }
  return { ...symlinkField(json), mode: modeField(json, ["directory"]), shadow };
}

interface MemberPlace {
  readonly key: string;
  readonly path: string;
  readonly state: TreeState;
}

function parseFile(json: JsonObject, place: MemberPlace): CatalogFile {
  requireName(json, place);
  const symlink = symlinkField(json);
  const size = sizeField(json, "size");
  const file: CatalogFile = {
    kind: "file",
    name: place.key,
    ...symlink,
    size,
    mode: modeField(json, "symlink" in symlink ? ["file", "symlink"] : ["file"]),
    digest: digestField(json, "digest"),
    rewrite: offsetsField(json, { size, width: SPACE_NAME_LENGTH }),
  };
  requireSameContent(file, place.state.contents);
  return file;
}

/** The longest path that Linux takes, in bytes, the zero at its end not counted. */
const LONGEST_PATH = 4095;

function requireName(json: JsonObject, { key, path, state }: MemberPlace): void {
  nameField(json, key);
  const bytes = state.baseBytes + 1 + Buffer.byteLength(path);
  if (bytes > LONGEST_PATH) {
    throw new SyntaxError(`expected a path of at most ${LONGEST_PATH} bytes, found ${bytes}`);
  }
}

/** Files with one digest are one content: they must agree, and all digests must have one form. */
function requireSameContent(file: CatalogFile, contents: Map<string, CatalogFile>): void {
  const [anyDigest] = contents.keys();
  if (anyDigest !== undefined && anyDigest.length !== file.digest.length) {
    throw new SyntaxError("expected digests of one form, found SHA-256 and SipHash-128");
  }
  const same = contents.get(file.digest);
  if (same === undefined) {
    contents.set(file.digest, file);
    return;
  }
  const isEqual = same.size === file.size && same.rewrite.length === file.rewrite.length &&
    same.rewrite.every((offset, i) => offset === file.rewrite[i]);
  if (!isEqual) {
    throw new SyntaxError(`expected one size and one list of offsets for ${file.digest}`);
  }
}

/** Says in which file or folder something is wrong. */
function at<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyntaxError) || path === "") throw error;
    throw new SyntaxError(`${quote(path)}: ${error.message}`, { cause: error });
  }
}

function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}
