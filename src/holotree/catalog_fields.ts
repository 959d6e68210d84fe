/** The fields of a catalog's JSON, each with what it may hold. All throw a SyntaxError otherwise. */
import { Buffer } from "node:buffer";
import { isBlobDigest } from "./blob.ts";
import { MOST_BYTES } from "./columns.ts";
import { goFileType } from "./file_mode.ts";

export interface JsonObject {
  readonly [field: string]: unknown;
}

const LONGEST_NAME = 255;
const LONGEST_TARGET = 4095;

/** What a field or key must hold. No object is made with it: each new key would cost V8 a new form. */
export function requireObject(value: unknown, field: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw unexpected(field, { expected: "an object", found: value });
}

export function textField(owner: JsonObject, field: string): string {
  const value = owner[field];
  if (typeof value === "string") return value;
  throw unexpected(field, { expected: "a text", found: value });
}

/** A flag that is false when it is left out, as Go reads it. */
export function flagField(owner: JsonObject, field: string): boolean {
  const value = owner[field] ?? false;
  if (typeof value === "boolean") return value;
  throw unexpected(field, { expected: "true or false", found: value });
}

/** The name of a file or folder, which is also its key. */
export function nameField(owner: JsonObject, key: string): void {
  const name = textField(owner, "name");
  if (name !== key) {
    throw new SyntaxError(`expected its key as field "name", found ${quoteField(name)}`);
  }
  const isPlain = name !== "" && name !== "." && name !== ".." && !name.includes("/") &&
    !name.includes("\0") && name.isWellFormed();
  if (!isPlain) throw new SyntaxError("expected the name of a file or folder");
  if (name.length * MOST_BYTES <= LONGEST_NAME) return;
  const bytes = Buffer.byteLength(name);
  if (bytes > LONGEST_NAME) {
    throw new SyntaxError(`expected a name of at most ${LONGEST_NAME} bytes, found ${bytes}`);
  }
}

/** Where a symlink points to; no field when it is none. */
export function symlinkField(owner: JsonObject): { readonly symlink?: string } {
  if (owner.symlink === undefined || owner.symlink === "") return {};
  const symlink = textField(owner, "symlink");
  const isTarget = symlink.isWellFormed() && !symlink.includes("\0") &&
    Buffer.byteLength(symlink) <= LONGEST_TARGET;
  if (!isTarget) throw unexpected("symlink", { expected: "a path", found: symlink });
  return { symlink };
}

/** A mode of Go, of one of these types. */
export function modeField(
  owner: JsonObject,
  types: readonly ("file" | "directory" | "symlink")[],
): number {
  const mode = wholeField(owner, "mode", 2 ** 32 - 1);
  const type = goFileType(mode);
  if (type !== undefined && types.includes(type)) return mode;
  throw unexpected("mode", { expected: `the mode of a ${types.join(" or ")}`, found: mode });
}

export function sizeField(owner: JsonObject, field: string): number {
  return wholeField(owner, field, Number.MAX_SAFE_INTEGER);
}

export function digestField(owner: JsonObject, field: string): string {
  const digest = textField(owner, field);
  if (isBlobDigest(digest)) return digest;
  throw unexpected(field, { expected: "64 or 32 lower-case hex digits", found: digest });
}

/**
 * The field `rewrite`: offsets of `width` bytes each, inside of a file of this size. One may stand
 * twice in a row: RCC searches a file as it reads it, and finds a name that ends with one read again
 * in the next. No other order can come of its search: the names cannot overlap, since a stage's last
 * letter stands nowhere else in its name, and within a read they are found in their order.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/htfs/relocator.go (`Write`)
 */
export function offsetsField(
  owner: JsonObject,
  { size, width }: { readonly size: number; readonly width: number },
): readonly number[] {
  const offsets = owner.rewrite ?? [];
  if (!Array.isArray(offsets)) throw unexpected("rewrite", { expected: "a list", found: offsets });
  let free = 0;
  for (const [i, offset] of offsets.entries()) {
    const isSecond = offset === offsets[i - 1] && offset !== offsets[i - 2];
    const isFree = offset >= free || isSecond;
    if (!Number.isSafeInteger(offset) || !isFree || offset + width > size) {
      const expected = `ascending offsets of ${width} bytes each in ${size} bytes`;
      throw unexpected("rewrite", { expected, found: offset });
    }
    free = offset + width;
  }
  return offsets;
}

/** A text as it may stand in a message of one line. */
export function quoteField(text: string): string {
  return JSON.stringify(text.length <= 200 ? text : `${text.slice(0, 200)}…`);
}

function wholeField(owner: JsonObject, field: string, largest: number): number {
  const value = owner[field];
  const isWhole = Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= largest;
  if (isWhole) return Number(value);
  throw unexpected(field, { expected: `a whole number up to ${largest}`, found: value });
}

function unexpected(
  field: string,
  { expected, found }: { readonly expected: string; readonly found: unknown },
): SyntaxError {
  return new SyntaxError(`expected ${expected} as field "${field}", found ${described(found)}`);
}

function described(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "string") return quoteField(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
