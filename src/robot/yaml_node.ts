import { isAlias, isMap, isScalar, isSeq, type ParsedNode, Scalar } from "yaml";
import { quote } from "./quote.ts";
import { type PlainKind, plainKind } from "./yaml_scalar.ts";

/** A node, or nothing behind a colon. */
export type YamlValue = ParsedNode | null;

const YAML_TAG = "tag:yaml.org,2002:";

/** What a scalar is to rcc, by its quotes, its tag, or its text. */
export function scalarKind(node: Scalar): PlainKind {
  const isPlain = node.type === Scalar.PLAIN && node.tag === undefined;
  const hasType = node.tag !== undefined && node.tag !== "!" && node.tag !== `${YAML_TAG}str`;
  return isPlain || hasType ? plainKind(textOf(node)) : "text";
}

/** Whether the tag of a node, if it has one, only says what the node is anyway. */
export function isTagFitting(node: ParsedNode): boolean {
  if (isAlias(node) || node.tag === undefined || node.tag === "!") return true;
  if (isMap(node)) return node.tag === `${YAML_TAG}map`;
  if (isSeq(node)) return node.tag === `${YAML_TAG}seq`;
  const kind = plainKind(textOf(node));
  const fitting = kind === "int" ? ["int", "float", "str"] : [kind, "str"];
  return fitting.some((type) => node.tag === YAML_TAG + type);
}

/** Whether a key is the `<<` that merges another mapping into its own. */
export function isMergeKey(key: YamlValue): boolean {
  return isScalar(key) && key.value === "<<" && key.type === Scalar.PLAIN &&
    (key.tag === undefined || key.tag === `${YAML_TAG}merge`);
}

/** A node as a message names it. */
export function nameOf(node: YamlValue): string {
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return "a list";
  return isScalar(node) && textOf(node) !== "" ? quote(textOf(node)) : "nothing";
}

/** What was written, without quotes. */
export function textOf(node: Scalar): string {
  return String(node.value ?? "");
}
