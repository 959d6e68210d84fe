/**
 * JSON as Go's `json.MarshalIndent(value, "", "  ")` writes it, to the byte: RCC compares such files.
 * Source: https://pkg.go.dev/encoding/json#Marshal
 */
import { compareBytes } from "./go_text.ts";

/**
 * A Go value. A record is a struct, its fields in their order, those without a value left out; a Map
 * is a map, whose keys Go sorts.
 */
export type GoValue =
  | string
  | number
  | boolean
  | readonly GoValue[]
  | ReadonlyMap<string, GoValue>
  | GoStruct;

/** The fields of a struct. */
export interface GoStruct {
  readonly [field: string]: GoValue | undefined;
}

/** The whole JSON as one text, without a line break at its end. */
export function marshalIndent(value: GoValue): string {
  let text = "";
  for (const part of marshalParts(value)) text += part;
  return text;
}

/** Without recursion: depth costs no stack. */
function* marshalParts(value: GoValue): Generator<string> {
  const open: OpenValue[] = [];
  let opened = yield* begin(value, open);
  while (opened || open.length > 0) {
    const container = open.at(-1)!;
    const next = container.members.next();
    const margin = "\n" + "  ".repeat(next.done ? open.length - 1 : open.length);
    if (next.done) {
      open.pop();
      yield margin + container.end;
      opened = false;
    } else {
      const { key, value: member } = next.value;
      yield (opened ? "" : ",") + margin + (key === undefined ? "" : `${goString(key)}: `);
      opened = yield* begin(member, open);
    }
  }
}

interface Member {
  readonly key?: string;
  readonly value: GoValue;
}

interface OpenValue {
  readonly members: Iterator<Member, undefined>;
  readonly end: "]" | "}";
}

/** Writes a scalar or an empty container whole; of others the beginning. Says whether one was opened. */
function* begin(value: GoValue, open: OpenValue[]): Generator<string, boolean> {
  if (typeof value === "string") {
    yield goString(value);
    return false;
  }
  if (typeof value !== "object") {
    yield String(value);
    return false;
  }
  const members = membersOf(value as Container);
  const [start, end] = isList(value) ? ["[", "]"] as const : ["{", "}"] as const;
  if (members.length === 0) {
    yield start + end;
    return false;
  }
  yield start;
  open.push({ members: members.values(), end });
  return true;
}

type Container = readonly GoValue[] | ReadonlyMap<string, GoValue> | GoStruct;

function isList(value: unknown): value is readonly GoValue[] {
  return Array.isArray(value);
}

function membersOf(container: Container): readonly Member[] {
  if (isList(container)) return container.map((value) => ({ value }));
  if (container instanceof Map) {
    const keys = [...container.keys()].sort(compareBytes);
    return keys.map((key) => ({ key, value: container.get(key)! }));
  }
  return Object.entries(container as GoStruct).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value }]
  );
}

/** A text in quotes, with what Go escapes so that the JSON may stand in HTML and in JavaScript. */
export function goString(text: string): string {
  const escaped = text.toWellFormed();
  return `"${ESCAPED.test(escaped) ? escaped.replace(ALL_ESCAPED, escape) : escaped}"`;
}

// deno-lint-ignore no-control-regex
const ESCAPED = /[\0-\x1f"\\<>&\u2028\u2029]/;
const ALL_ESCAPED = new RegExp(ESCAPED, "g");

const ESCAPES = new Map([
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ['"', '\\"'],
  ["\\", "\\\\"],
]);

function escape(character: string): string {
  return ESCAPES.get(character) ??
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
