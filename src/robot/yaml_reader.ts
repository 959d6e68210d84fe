import { isAlias, isMap, isScalar, isSeq, type ParsedNode, Scalar, type YAMLMap } from "yaml";
import type { Failure, FailureId } from "../failure/mod.ts";
import { quote } from "./quote.ts";
import { failureAt, type Located, type SourcePosition } from "./source_text.ts";
import type { YamlDocument } from "./yaml_document.ts";
import { type PlainKind, plainKind } from "./yaml_scalar.ts";

/** One key of a mapping and what it holds. */
export interface YamlField {
  readonly key: string;
  readonly position: SourcePosition;
  readonly value: YamlValue;
}

/** A node, or nothing behind a colon. */
export type YamlValue = ParsedNode | null;

const NO_MAPPING: ReadonlyMap<string, YamlField> = new Map();
const YAML_TAG = "tag:yaml.org,2002:";
/** How many values may be reached through aliases, far more than a robot has. */
const MOST_ALIASED = 100_000;

/**
 * Gives types to a YAML tree as rcc's decoder does (`Unmarshal` of gopkg.in/yaml.v2 into structs of
 * strings): a number where text is wanted is the text that was written, nothing is the empty text,
 * and text where a list is wanted is an error.
 *
 * Two things are stricter than rcc, because nobody means them: a key that stands twice, of which
 * rcc takes the last, and tags other than those of YAML's own plain types.
 *
 * All faults are gathered, so that one look at the file mends them all.
 */
export class YamlReader {
  readonly failures: Failure[] = [];
  readonly #document: YamlDocument;
  readonly #id: FailureId;
  #aliased = 0;

  constructor(document: YamlDocument, id: FailureId) {
    this.#document = document;
    this.#id = id;
  }

  /** The fields of the whole file. Keys outside `known` may be anything, rcc skips them. */
  root(known: readonly string[]): ReadonlyMap<string, YamlField> {
    return this.fields(this.#document.root ?? null, { what: "the file", known }) ?? NO_MAPPING;
  }

  /**
   * The fields of a mapping with `<<` merged in, in the order of the file, or undefined for nothing.
   * Keys outside `known` may stand twice; without it none may.
   */
  fields(
    value: YamlValue,
    { what, known }: { readonly what: string; readonly known?: readonly string[] },
  ): ReadonlyMap<string, YamlField> | undefined {
    const node = this.#resolve(value);
    if (this.#isNothing(node)) return undefined;
    if (!isMap(node)) {
      this.fault(value, `${what} is ${nameOf(node)}, expected keys and values`);
      return NO_MAPPING;
    }
    const fields = new Map<string, YamlField>();
    this.#addFields(node as YAMLMap.Parsed, { fields, known, merging: new Set() });
    return fields;
  }

  /** The texts of a list, none for nothing. */
  texts(value: YamlValue, what: string): readonly Located[] {
    return this.items(value, what).map((item, index) => ({
      text: this.text(item, `${what}, entry ${index + 1},`),
      ...this.position(item ?? value),
    }));
  }

  /** The values of a list, none for nothing. */
  items(value: YamlValue, what: string): readonly YamlValue[] {
    const node = this.#resolve(value);
    if (this.#isNothing(node)) return [];
    if (isSeq(node)) {
      this.#checkTag(node as ParsedNode, "seq");
      return node.items as YamlValue[];
    }
    const cure = isScalar(node) ? `a list, write "- " before each entry` : "a list";
    this.fault(value, `${what} is ${nameOf(node)}, expected ${cure}`);
    return [];
  }

  /** The values of a list, none for anything else, where rcc does not mind. */
  itemsIfAny(value: YamlValue): readonly YamlValue[] {
    const node = this.#resolve(value);
    return isSeq(node) ? node.items as YamlValue[] : [];
  }

  /** The text of a scalar as it was written, empty for nothing. */
  text(value: YamlValue, what: string): string {
    const node = this.#resolve(value);
    if (this.#isNothing(node)) return "";
    if (isScalar(node)) {
      this.#kind(node);
      return String(node.value);
    }
    this.fault(value, `${what} is ${nameOf(node)}, expected text`);
    return "";
  }

  /**
   * What a value is where rcc takes anything: a text, a mapping, or something that it drops.
   * Everything below is checked as well, as rcc decodes all of it.
   */
  anything(value: YamlValue): { readonly text: string } | "mapping" | "other" {
    this.#walk(value, { within: new Set(), aliased: false });
    const node = this.#resolve(value);
    if (isMap(node)) return "mapping";
    return isScalar(node) && this.#kind(node) === "text" ? { text: String(node.value) } : "other";
  }

  position(value: YamlValue): SourcePosition {
    return this.#document.source.position(value?.range[0] ?? 0);
  }

  /** Notes a fault at a value. */
  fault(value: YamlValue, message: string): void {
    this.faultIn(this.position(value), message);
  }

  /** Notes a fault at a key, or at the start of the file when it is not there. */
  faultAt(field: YamlField | undefined, message: string): void {
    this.faultIn(field?.position ?? this.position(null), message);
  }

  /** Notes a fault at a place of the file. */
  faultIn(position: SourcePosition, message: string): void {
    const { fileName } = this.#document.source;
    const failure = failureAt(position, { id: this.#id, fileName, message });
    // A value behind an alias is met more than once.
    if (this.failures.every((known) => known.message !== failure.message)) {
      this.failures.push(failure);
    }
  }

  #addFields(node: YAMLMap.Parsed, into: FieldsUnderWay): void {
    if (into.merging.has(node)) {
      return this.fault(node, "the mapping merges itself, remove the alias");
    }
    into.merging.add(node);
    this.#checkTag(node, "map");
    const own = new Set<string>();
    for (const pair of node.items) {
      if (isMergeKey(pair.key)) {
        this.#merge(pair.value, into);
        continue;
      }
      const key = this.text(pair.key, "a key");
      if (own.has(key) && into.known?.includes(key) !== false) {
        this.fault(pair.key, `${quote(key)} stands twice, keep one`);
      }
      own.add(key);
      // A later value takes the place of an earlier one, merged or not: yaml.v2 goes down the file.
      into.fields.set(key, { key, position: this.position(pair.key), value: pair.value });
    }
    into.merging.delete(node);
  }

  /** `<<: *base` or `<<: [*first, *second]`, of which the first wins. */
  #merge(value: YamlValue, into: FieldsUnderWay): void {
    const node = this.#resolve(value);
    const sources = isSeq(node) ? (node.items as YamlValue[]).toReversed() : [value];
    for (const source of sources) {
      const mapping = this.#resolve(source);
      if (isMap(mapping)) this.#addFields(mapping as YAMLMap.Parsed, into);
      else this.fault(source, `"<<" merges ${nameOf(mapping)}, expected mappings`);
    }
  }

  #resolve(value: YamlValue): YamlValue {
    if (!isAlias(value)) return value;
    this.#countAliased(value);
    return this.#document.targets.get(value) ?? null;
  }

  /** Aliases of aliases grow exponentially: a few lines can stand for more values than atoms. */
  #countAliased(value: YamlValue): void {
    this.#aliased += 1;
    if (this.#aliased <= MOST_ALIASED) return;
    throw this.#document.source.failureAt(value?.range[0] ?? 0, {
      id: "robot/yaml",
      message: `aliases repeat more than ${MOST_ALIASED} values, write out what is meant`,
    });
  }

  #isNothing(node: YamlValue): boolean {
    return node === null || isScalar(node) && this.#kind(node) === "null";
  }

  #kind(node: Scalar): PlainKind {
    const text = String(node.value ?? "");
    if (node.tag === undefined) return node.type === Scalar.PLAIN ? plainKind(text) : "text";
    if (node.tag === "!") return plainKind(text);
    const kind = node.tag.startsWith(YAML_TAG) ? node.tag.slice(YAML_TAG.length) : "";
    if (kind === "str") return "text";
    const met = plainKind(text);
    if (kind !== met && !(kind === "float" && met === "int")) {
      this.fault(node as ParsedNode, `the tag of ${quote(text)} does not fit, remove the tag`);
    }
    return met;
  }

  #checkTag(node: ParsedNode, tag: "map" | "seq"): void {
    if (node.tag === undefined || node.tag === YAML_TAG + tag) return;
    this.fault(node, `the tag of ${nameOf(node)} does not fit, remove the tag`);
  }

  #walk(value: YamlValue, path: WalkedPath): void {
    if (path.aliased) this.#countAliased(value);
    const node = this.#resolve(value);
    if (node === null) return;
    if (isScalar(node)) return void this.#kind(node);
    if (path.within.has(node)) {
      return this.fault(value, "the value contains itself, remove the alias");
    }
    const below = {
      within: new Set(path.within).add(node),
      aliased: path.aliased || node !== value,
    };
    if (isSeq(node)) {
      this.#checkTag(node as ParsedNode, "seq");
      for (const item of node.items) this.#walk(item as YamlValue, below);
    } else if (isMap(node)) {
      this.#checkTag(node as ParsedNode, "map");
      for (const pair of (node as YAMLMap.Parsed).items) {
        this.text(pair.key, "a key");
        this.#walk(pair.value, below);
      }
    }
  }
}

/** The way down to a value that is being walked. */
interface WalkedPath {
  readonly within: ReadonlySet<ParsedNode>;
  readonly aliased: boolean;
}

interface FieldsUnderWay {
  readonly fields: Map<string, YamlField>;
  readonly known: readonly string[] | undefined;
  /** The mappings whose fields are being added right now. */
  readonly merging: Set<ParsedNode>;
}

function isMergeKey(key: YamlValue): boolean {
  return isScalar(key) && key.value === "<<" && key.type === Scalar.PLAIN &&
    (key.tag === undefined || key.tag === "!" || key.tag === `${YAML_TAG}merge`);
}

function nameOf(node: YamlValue): string {
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return "a list";
  if (isScalar(node) && String(node.value ?? "") !== "") return quote(String(node.value));
  return isAlias(node) ? "an alias" : "nothing";
}
