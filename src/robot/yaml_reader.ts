import { isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from "yaml";
import type { FailureId } from "../failure/mod.ts";
import { quote } from "./quote.ts";
import type { Located, SourcePosition } from "./source_text.ts";
import { YamlAliases } from "./yaml_aliases.ts";
import type { YamlDocument } from "./yaml_document.ts";
import { YamlFaults } from "./yaml_faults.ts";
import {
  isMergeKey,
  isTagFitting,
  nameOf,
  scalarKind,
  textOf,
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
  /** The keys that are read. Others may stand twice; when this is left out, none may. */
  readonly known?: readonly string[];
}

const NO_FIELDS: ReadonlyMap<string, YamlField> = new Map();

/**
 * Gives types to a YAML tree as rcc's decoder does (`Unmarshal` of gopkg.in/yaml.v2 into structs of
 * strings): a number where text is wanted is the text that was written, nothing is the empty text,
 * and text where a list is wanted is an error.
 *
 * Two things are stricter than rcc, because nobody means them: a key that stands twice, of which
 * rcc takes the last, and tags other than those of YAML's own plain types.
 */
export class YamlReader {
  readonly faults: YamlFaults;
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
    const node = this.#aliases.resolve(value);
    if (this.#isNothing(node)) return undefined;
    if (!isMap(node)) {
      this.#fault(value, `${what} is ${nameOf(node)}, expected ${expected}`);
      return NO_FIELDS;
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
    const node = this.#aliases.resolve(value);
    if (this.#isNothing(node)) return [];
    if (isSeq(node)) {
      this.#checkTag(node as ParsedNode);
      return node.items as YamlValue[];
    }
    const cure = isScalar(node) ? `a list, write "- " before each entry` : "a list";
    this.#fault(value, `${what} is ${nameOf(node)}, expected ${cure}`);
    return [];
  }

  /** The values of a list, none for anything else, where rcc does not mind. */
  itemsIfAny(value: YamlValue): readonly YamlValue[] {
    const node = this.#aliases.resolve(value);
    return isSeq(node) ? node.items as YamlValue[] : [];
  }

  /** The text of a scalar as it was written, empty for nothing. */
  text(value: YamlValue, what: string): string {
    const node = this.#aliases.resolve(value);
    if (this.#isNothing(node)) return "";
    if (isScalar(node)) {
      this.#checkTag(node);
      return textOf(node);
    }
    this.#fault(value, `${what} is ${nameOf(node)}, expected text`);
    return "";
  }

  /**
   * What a value is where rcc takes anything: a text, a mapping, or something that it drops.
   * Everything below is checked as well, as rcc decodes all of it.
   */
  anything(value: YamlValue): { readonly text: string } | "mapping" | "other" {
    const known = this.faults.count;
    this.#walk(value, { within: new Set(), aliased: false });
    if (this.faults.count > known) return "other";
    const node = this.#aliases.resolve(value);
    if (isMap(node)) return "mapping";
    return isScalar(node) && scalarKind(node) === "text" ? { text: textOf(node) } : "other";
  }

  /** Where a value stands: the start of the file for none. */
  position(value: YamlValue): SourcePosition {
    return this.#document.source.position(value?.range[0] ?? 0);
  }

  #addFields(node: YAMLMap.Parsed, into: FieldsUnderWay): void {
    if (into.merging.has(node)) {
      return this.#fault(node, "the mapping merges itself, remove the alias");
    }
    into.merging.add(node);
    this.#checkTag(node);
    const own = new Set<string>();
    for (const pair of node.items) {
      if (isMergeKey(pair.key)) {
        for (const source of this.#mergeSources(pair.value)) this.#addFields(source, into);
        continue;
      }
      const key = this.text(pair.key, "a key");
      if (own.has(key) && into.known?.includes(key) !== false) {
        this.#fault(pair.key, `${quote(key)} stands twice, keep one`);
      }
      own.add(key);
      // A later value takes the place of an earlier one, merged or not: yaml.v2 goes down the file.
      into.fields.set(key, { key, position: this.position(pair.key), value: pair.value });
    }
    into.merging.delete(node);
  }

  /** The mappings of `<<: *base` or `<<: [*first, *second]`, those that win last. */
  #mergeSources(value: YamlValue): readonly YAMLMap.Parsed[] {
    // An alias of a list is no list of mappings to yaml.v2.
    const sources = isSeq(value) ? (value.items as YamlValue[]).toReversed() : [value];
    return sources.flatMap((source) => {
      const mapping = this.#aliases.resolve(source);
      if (isMap(mapping)) return [mapping as YAMLMap.Parsed];
      this.#fault(source, `"<<" merges ${nameOf(mapping)}, expected mappings`);
      return [];
    });
  }

  #fault(value: YamlValue, message: string): void {
    this.faults.add(this.position(value), message);
  }

  #isNothing(node: YamlValue): boolean {
    return node === null || isScalar(node) && scalarKind(node) === "null";
  }

  #checkTag(node: ParsedNode): void {
    if (isTagFitting(node)) return;
    this.#fault(node, `the tag of ${nameOf(node)} does not fit, remove the tag`);
  }

  #walk(value: YamlValue, path: WalkedPath): void {
    if (path.aliased) this.#aliases.count(value);
    const node = this.#aliases.resolve(value);
    if (node === null) return;
    this.#checkTag(node);
    if (path.within.has(node)) {
      return this.#fault(value, "the value contains itself, remove the alias");
    }
    const below = {
      within: new Set(path.within).add(node),
      aliased: path.aliased || node !== value,
    };
    if (isSeq(node)) {
      for (const item of node.items) this.#walk(item as YamlValue, below);
    } else if (isMap(node)) {
      for (const pair of (node as YAMLMap.Parsed).items) {
        if (isMergeKey(pair.key)) this.#mergeSources(pair.value);
        else this.text(pair.key, "a key");
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
