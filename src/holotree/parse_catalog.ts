import { Buffer } from "node:buffer";
import { Failure } from "../failure/mod.ts";
import { blobModeOf } from "./blob.ts";
import type { Catalog } from "./catalog.ts";
import {
  flagField,
  type JsonObject,
  quoteField,
  requireObject,
  textField,
} from "./catalog_fields.ts";
import {
  type CatalogName,
  isSupported,
  parseCatalogName,
  unsupportedCatalog,
} from "./catalog_name.ts";
import { JsonReader } from "./json_reader.ts";
import { SPACE_NAME_LENGTH } from "./names.ts";
import { type ParsedTree, parseTree } from "./parse_tree.ts";
import { inSlices } from "./slices.ts";
import { sortTree } from "./tree_draft.ts";

/**
 * Reads a catalog and refuses whatever RCC would not have written: names that leave their folder,
 * contradictions, and numbers that mean nothing. So all that use it may trust it.
 *
 * @param json What the catalog's file holds, without its compression.
 * @param fileName Such as `95867f930bb13171v12.linux_amd64`.
 * @throws {Failure}
 */
export async function parseCatalog(json: Uint8Array, fileName: string): Promise<Catalog> {
  const name = parseCatalogName(fileName);
  if (name === undefined) {
    throw new Failure(
      "environment/catalog-invalid",
      `failed to read catalog ${
        quoteField(fileName)
      }: expected a name of 16 hex digits, "v12." and ` +
        `the platform`,
    );
  }
  if (!isSupported(name)) throw unsupportedCatalog(name);
  try {
    return await inSlices(parseInSteps(json, name));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new Failure(
      "environment/catalog-invalid",
      `failed to read catalog "${name.hash}": ${cause.message}`,
      { cause },
    );
  }
}

function* parseInSteps(json: Uint8Array, name: CatalogName): Generator<undefined, Catalog> {
  const { root, tree } = yield* readFields(new JsonReader(json));
  const path = placeField(root);
  const blueprint = textField(root, "blueprint");
  requireEqual("blueprint", { expected: name.hash, found: blueprint });
  const platform = textField(root, "platform");
  requireEqual("platform", { expected: name.platform, found: platform });
  if (tree === undefined) throw new SyntaxError(`expected an object as field "tree", found none`);
  const { draft, contents } = tree;
  return {
    rcc: textField(root, "rcc"),
    identity: textField(root, "identity"),
    path,
    controller: textField(root, "controller"),
    space: textField(root, "space"),
    platform,
    blueprint,
    lifted: flagField(root, "lifted"),
    tree: yield* sortTree(draft, Buffer.byteLength(path)),
    contents,
    blobMode: blobModeOf(contents.count === 0 ? "" : contents.digestOf(0)),
  };
}

/** All of the JSON; the tree by itself, for it is large. */
function* readFields(
  json: JsonReader,
): Generator<undefined, { readonly root: JsonObject; readonly tree: ParsedTree | undefined }> {
  const root: { [field: string]: unknown } = Object.create(null);
  let tree: ParsedTree | undefined;
  const stated = new Set<string>();
  if (!json.enterObject()) requireObject(yield* json.value(), "catalog");
  for (let key = json.nextKey(); key !== undefined; key = json.nextKey()) {
    // RCC takes a field's name in any case, and the last of several.
    const field = key.toLowerCase();
    if (stated.has(field)) throw new SyntaxError(`expected field ${quoteField(key)} once`);
    stated.add(field);
    if (key === "tree") tree = yield* parseTree(json);
    else root[key] = yield* json.value();
  }
  json.end();
  return { root, tree };
}

/** The path of the environment, which is used as text: it must be in its simplest form. */
function placeField(root: JsonObject): string {
  const path = textField(root, "path");
  const parts = path.split("/").slice(1);
  const isPlain = path.startsWith("/") && path.isWellFormed() && !/\p{Cc}/u.test(path) &&
    parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isPlain) throw new SyntaxError(`expected a plain absolute path, found ${quoteField(path)}`);
  const last = parts.at(-1)!;
  if (!/^[0-9A-Za-z_]+$/.test(last) || last.length !== SPACE_NAME_LENGTH) {
    throw new SyntaxError(
      `expected ${SPACE_NAME_LENGTH} characters as last part of its path, found ${
        quoteField(last)
      }`,
    );
  }
  requireEqual("identity", { expected: last, found: textField(root, "identity") });
  return path;
}

function requireEqual(field: string, { expected, found }: { expected: string; found: string }) {
  if (found === expected) return;
  throw new SyntaxError(
    `expected ${quoteField(expected)} as field "${field}", found ${quoteField(found)}`,
  );
}
