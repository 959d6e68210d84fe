import { Buffer } from "node:buffer";
import { quote } from "./quote.ts";
import { type PlainKind, plainKind } from "./yaml_scalar.ts";
import { isTimestamp } from "./yaml_timestamp.ts";

/** A piece of a YAML file. Nothing in it has a type yet. */
export type YamlNode = YamlScalar | YamlList | YamlMapping | YamlAlias;

/** A node, or none. */
export type YamlValue = YamlNode | YamlRepeated | null;

interface Placed {
  /** Where it begins, in UTF-16 units. */
  readonly offset: number;
}

export interface YamlScalar extends Placed {
  readonly type: "scalar";
  /** Without quotes. */
  readonly text: string;
  /** Written out: `tag:yaml.org,2002:int`. */
  readonly tag: string | undefined;
  /** Whether what it looks like tells what it is: it has neither quotes nor a tag. */
  readonly isPlain: boolean;
}

/** Tags of lists and mappings mean nothing to rcc. */
export interface YamlList extends Placed {
  readonly type: "list";
  readonly items: YamlNode[];
}

export interface YamlMapping extends Placed {
  readonly type: "mapping";
  readonly pairs: YamlPair[];
}

export interface YamlPair {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

export interface YamlAlias extends Placed {
  readonly type: "alias";
  /** The last node before it with that anchor. */
  readonly target: YamlTarget;
}

/** What has an anchor. */
export type YamlTarget = Exclude<YamlNode, YamlAlias>;

/** What a key of a struct holds that stands there more than once, in the order of the file. */
export interface YamlRepeated extends Placed {
  readonly type: "repeated";
  readonly values: readonly YamlNode[];
}

const YAML_TAG = "tag:yaml.org,2002:";

/** Types that yaml.v2 checks. Every other tag makes a text of a scalar. */
const CHECKED = ["str", "bool", "int", "float", "null", "timestamp"];

/** The name of YAML's own type that a tag stands for. */
function typeOf({ tag }: YamlScalar): string | undefined {
  return tag?.startsWith(YAML_TAG) === true ? tag.slice(YAML_TAG.length) : undefined;
}

/** What a scalar is to rcc, by its quotes, its tag, or its text. */
export function scalarKind(node: YamlScalar): PlainKind {
  if (node.tag === undefined) return node.isPlain ? plainKind(node.text) : "text";
  const type = typeOf(node);
  const isTyped = type !== undefined && type !== "str" && CHECKED.includes(type);
  return isTyped ? plainKind(node.text) : "text";
}

/** A tag that rcc takes no notice of, as it was written. */
export function ignoredTag({ tag }: YamlScalar): string | undefined {
  if (tag === undefined || tag === "!") return undefined;
  if (!tag.startsWith(YAML_TAG)) return tag;
  const type = tag.slice(YAML_TAG.length);
  return type === "binary" || CHECKED.includes(type) ? undefined : `!!${type}`;
}

/** Whether the text of a scalar can be what its tag says. */
export function isTagFitting(node: YamlScalar): boolean {
  const type = typeOf(node);
  if (type === "binary") return isBase64(node.text);
  if (type === undefined || type === "str" || !CHECKED.includes(type)) return true;
  const kind = plainKind(node.text);
  if (type === "timestamp") return isTimestamp(node.text);
  return kind === type || kind === "int" && type === "float";
}

/** Base64 as Go's standard library takes it: with padding, line breaks anywhere. */
function isBase64(text: string): boolean {
  const digits = text.replace(/[\r\n]/g, "");
  return digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits);
}

/** Whether a key is the `<<` that merges another mapping into its own. */
export function isMergeKey(key: YamlNode): boolean {
  return key.type === "scalar" && key.text === "<<" &&
    (key.isPlain || key.tag === "!" || key.tag === `${YAML_TAG}merge`);
}

/** A node as a message names it. */
export function nameOf(node: YamlNode | null): string {
  if (node?.type === "mapping") return "a mapping";
  if (node?.type === "list") return "a list";
  return node?.type === "scalar" && node.text !== "" ? quote(node.text) : "nothing";
}

/** The text of a scalar, decoded where its tag says that it is Base64. */
export function scalarText(node: YamlScalar): string {
  return typeOf(node) === "binary" ? Buffer.from(node.text, "base64").toString() : node.text;
}
