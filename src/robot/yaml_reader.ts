import type { FailureId } from "../failure/mod.ts";
import type { Located, SourcePosition } from "./source_text.ts";
import { YamlAliases } from "./yaml_aliases.ts";
import type { YamlDocument } from "./yaml_document.ts";
import { YamlFaults } from "./yaml_faults.ts";
import {
  ignoredTag,
  isMergeKey,
  isTagFitting,
  nameOf,
  scalarKind,
  scalarText,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
  type YamlTarget,
  type YamlValue,
} from "./yaml_node.ts";

/** One key of a mapping and what it holds. */
export interface YamlField {
  readonly key: string;
  readonly position: SourcePosition;
  readonly value: YamlValue;
}

/** Options of {@linkcode YamlReader.fields}. */
export interface FieldsOptions {
  /** The mapping as a message names it. */
  readonly what: string;
  /** What it should hold, for a message. */
  readonly expected: string;
  /** The keys that are read; any key when this is left out. */
  readonly known?: readonly string[];
}

const NO_FIELDS: ReadonlyMap<string, YamlField> = new Map();

/**
 * Gives types to a YAML tree as rcc's decoder does (`Unmarshal` of gopkg.in/yaml.v2 into structs of
 * strings): a number where text is wanted is the text that was written, nothing is the empty text,
 * and text where a list is wanted is an error. Of a key that stands twice the last text or list
 * counts, while mappings are merged; tags that are not YAML's own make a text of a scalar.
 */
export class YamlReader {
  readonly faults: YamlFaults;
  /** Keys that stand in one mapping again, in the order in which they were met. */
  readonly repeatedKeys: Located[] = [];
  /** Tags that rcc takes no notice of, of texts that it reads. */
  readonly ignoredTags: Located[] = [];
  readonly #document: YamlDocument;
  readonly #aliases: YamlAliases;

  constructor(document: YamlDocument, id: FailureId) {
    this.faults = new YamlFaults(id, document.source.fileName);
    this.#document = document;
    this.#aliases = new YamlAliases(document);
  }

  /** The fields of the whole file. Keys outside `known` may be anything, rcc skips them. */
  root(known: readonly string[]): ReadonlyMap<string, YamlField> {
    const root = this.#document.root ?? null;
    return this.fields(root, { what: "the file", expected: "keys and values", known }) ??
      NO_FIELDS;
  }

  /** The fields of a mapping with `<<` merged in, in the order of the file, undefined for nothing. */
  fields(
    value: YamlValue,
    { what, expected, known }: FieldsOptions,
  ): ReadonlyMap<string, YamlField> | undefined {
    let fields: Map<string, YamlField> | undefined;
    for (const each of valuesOf(value)) {
      const node = this.#target(each);
      if (isNothing(node)) {
        fields = undefined;
        continue;
      }
      fields ??= new Map();
      if (node.type === "mapping") this.#addFields(node, { fields, known, merging: new Set() });
      else this.#fault(each, `${what} is ${nameOf(node)}, expected ${expected}`);
    }
    return fields;
  }

  /** The texts of a list, none for nothing. */
  texts(value: YamlValue, what: string): readonly Located[] {
    return valuesOf(value).map((each) =>
      this.#items(each, what).map((item, index) => ({
        text: this.text(item, `${what}, entry ${index + 1},`),
        ...this.position(item),
      }))
    ).at(-1) ?? [];
  }

  /** The values of a list, none for nothing. */
  items(value: YamlValue, what: string): readonly YamlNode[] {
    const lists = valuesOf(value).map((each) => this.#items(each, what));
    for (const item of lists.slice(0, -1).flat()) this.anything(item);
    return lists.at(-1) ?? [];
  }

  #items(node: YamlNode, what: string): readonly YamlNode[] {
    const target = this.#target(node);
    if (isNothing(target)) return [];
    if (target.type === "list") return target.items;
    const cure = target.type === "scalar" ? `a list, write "- " before each entry` : "a list";
    this.#fault(node, `${what} is ${nameOf(target)}, expected ${cure}`);
    return [];
  }

  /** The values of a list, none for anything else, where rcc does not mind. */
  itemsIfAny(value: YamlValue): readonly YamlNode[] {
    const last = valuesOf(value).at(-1);
    const node = last && this.#aliases.resolve(last);
    return node?.type === "list" ? node.items : [];
  }

  /** The text of a scalar as it was written, empty for nothing. */
  text(value: YamlValue, what: string): string {
    return valuesOf(value).map((each) => this.#text(each, what)).at(-1) ?? "";
  }

  #text(node: YamlNode, what: string): string {
    const target = this.#target(node);
    if (target.type !== "scalar") {
      this.#fault(node, `${what} is ${nameOf(target)}, expected text`);
      return "";
    }
    return scalarKind(target) === "null" ? "" : scalarText(target);
  }

  /**
   * What a value is where rcc takes anything: a text, a mapping, or something that it drops.
   * Everything below is checked as well, as rcc decodes all of it.
   */
  anything(value: YamlNode): { readonly text: string } | "mapping" | "other" {
    const known = this.faults.count;
    this.#walk(value, { within: new Set(), aliased: false });
    if (this.faults.count > known) return "other";
    const node = this.#aliases.resolve(value);
    if (node.type === "mapping") return "mapping";
    const isText = node.type === "scalar" && scalarKind(node) === "text";
    return isText ? { text: scalarText(node) } : "other";
  }

  /** Where a value stands: the start of the file for none. */
  position(value: YamlValue): SourcePosition {
    return this.#document.source.position(valuesOf(value).at(-1)?.offset ?? 0);
  }

  #addFields(node: YamlMapping, into: FieldsUnderWay): void {
    if (into.merging.has(node)) {
      return this.#fault(node, "the mapping merges itself, remove the alias");
    }
    into.merging.add(node);
    const own = new Set<string>();
    for (const { key: keyNode, value } of node.pairs) {
      if (isMergeKey(keyNode)) {
        for (const source of this.#mergeSources(value)) this.#addFields(source, into);
        continue;
      }
      const key = this.#text(keyNode, "a key");
      const position = this.position(keyNode);
      const isKnown = into.known?.includes(key);
      if (own.has(key) && isKnown !== false) this.repeatedKeys.push({ text: key, ...position });
      own.add(key);
      // A later value takes the place of an earlier one, merged or not: yaml.v2 goes down the file.
      const earlier = isKnown ? valuesOf(into.fields.get(key)?.value ?? null) : [];
      into.fields.set(key, { key, position, value: together(earlier, value) });
    }
    into.merging.delete(node);
  }

  /** The mappings of `<<: *base` or `<<: [*first, *second]`, those that win last. */
  #mergeSources(value: YamlNode): readonly YamlMapping[] {
    // An alias of a list is no list of mappings to yaml.v2.
    const sources = value.type === "list" ? value.items.toReversed() : [value];
    return sources.flatMap((source) => {
      const mapping = this.#aliases.resolve(source);
      if (mapping.type === "mapping") return [mapping];
      this.#fault(source, `"<<" merges ${nameOf(mapping)}, expected mappings`);
      return [];
    });
  }

  #fault(value: YamlValue, message: string): void {
    this.faults.add(this.position(value), message);
  }

  /** What a node stands for, with a tag that fits or a fault. */
  #target(node: YamlNode): YamlTarget {
    const target = this.#aliases.resolve(node);
    if (target.type === "scalar") this.#checkTag(target);
    return target;
  }

  #checkTag(node: YamlScalar): void {
    if (!isTagFitting(node)) {
      return this.#fault(node, `the tag of ${nameOf(node)} does not fit, remove the tag`);
    }
    const tag = ignoredTag(node);
    if (tag !== undefined) this.ignoredTags.push({ text: tag, ...this.position(node) });
  }

  #walk(value: YamlNode, path: WalkedPath): void {
    if (path.aliased) this.#aliases.count(value);
    const node = this.#aliases.resolve(value);
    if (node.type === "scalar") return this.#checkTag(node);
    if (path.within.has(node)) {
      return this.#fault(value, "the value contains itself, remove the alias");
    }
    const below = {
      within: new Set(path.within).add(node),
      aliased: path.aliased || node !== value,
    };
    if (node.type === "list") {
      for (const item of node.items) this.#walk(item, below);
      return;
    }
    for (const pair of node.pairs) {
      if (isMergeKey(pair.key)) this.#mergeSources(pair.value);
      else this.#text(pair.key, "a key");
      this.#walk(pair.value, below);
    }
  }
}

function isNothing(node: YamlTarget): boolean {
  return node.type === "scalar" && scalarKind(node) === "null";
}

/** All that a key holds, in the order of the file: one node, unless the key stands there again. */
function valuesOf(value: YamlValue): readonly YamlNode[] {
  if (value === null) return [];
  return value.type === "repeated" ? value.values : [value];
}

function together(earlier: readonly YamlNode[], last: YamlNode): YamlValue {
  if (earlier.length === 0) return last;
  return { type: "repeated", offset: last.offset, values: [...earlier, last] };
}

/** The way down to a value that is being walked. */
interface WalkedPath {
  readonly within: ReadonlySet<YamlTarget>;
  readonly aliased: boolean;
}

interface FieldsUnderWay {
  readonly fields: Map<string, YamlField>;
  readonly known: readonly string[] | undefined;
  /** The mappings whose fields are being added right now. */
  readonly merging: Set<YamlMapping>;
}
