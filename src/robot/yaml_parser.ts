import type { Failure } from "../failure/mod.ts";
import type { YamlList, YamlMapping, YamlNode, YamlScalar, YamlTarget } from "./yaml_node.ts";
import type { YamlScanner } from "./yaml_scanner.ts";
import type { Refuse, YamlToken } from "./yaml_token.ts";

/** Deeper than any robot, and far from the end of the stack. */
const DEEPEST = 100;

const DEFAULT_PREFIXES = [["!", "!"], ["!!", "tag:yaml.org,2002:"]] as const;

/** Where a node stands: decides which tokens may begin it. */
type Place = "block" | "block-value" | "flow";

/** Options of {@linkcode YamlParser}. */
export interface YamlParserOptions {
  readonly refuse: Refuse;
  /** What is wrong and does not hide what follows. */
  readonly failures: Failure[];
  readonly unknownAnchor: (offset: number, name: string) => Failure;
}

/**
 * Makes a tree of the tokens of the first document, as gopkg.in/yaml.v2 v2.4.0 does:
 * https://github.com/go-yaml/yaml/blob/v2.4.0/parserc.go
 */
export class YamlParser {
  readonly #scanner: YamlScanner;
  readonly #options: YamlParserOptions;
  readonly #anchors = new Map<string, YamlTarget>();
  readonly #prefixes = new Map<string, string>();
  #depth = 0;

  constructor(scanner: YamlScanner, options: YamlParserOptions) {
    this.#scanner = scanner;
    this.#options = options;
  }

  /** Undefined for an empty file. */
  document(): YamlNode | undefined {
    const hasDirectives = this.#readDirectives();
    let token = this.#scanner.peek();
    if (token.type === "stream-end" && !hasDirectives) return undefined;
    let root: YamlNode;
    if (token.type === "document-start") {
      this.#scanner.take();
      token = this.#scanner.peek();
      const isEmpty = ["version", "prefix", "document-start", "document-end", "stream-end"]
        .includes(token.type);
      root = isEmpty ? emptyAt(token.offset) : this.#node("block");
    } else if (hasDirectives) {
      return this.#options.refuse(token.offset, `no "---" behind the directives`);
    } else {
      root = this.#node("block");
    }
    // What the next token is does not matter, but that there is one that can be read.
    this.#scanner.peek();
    return root;
  }

  #readDirectives(): boolean {
    const { refuse } = this.#options;
    let hasVersion = false;
    for (let token; (token = this.#takeIf("version", "prefix")) !== undefined;) {
      if (token.type === "version") {
        if (hasVersion) refuse(token.offset, "a second %YAML, remove it");
        if (!token.isKnown) refuse(token.offset, "rcc reads YAML 1.1 only, remove this");
        hasVersion = true;
      } else if (token.type === "prefix") {
        if (this.#prefixes.has(token.handle)) refuse(token.offset, "a second %TAG of one handle");
        this.#prefixes.set(token.handle, token.prefix);
      }
    }
    const found = hasVersion || this.#prefixes.size > 0;
    for (const [handle, prefix] of DEFAULT_PREFIXES) {
      if (!this.#prefixes.has(handle)) this.#prefixes.set(handle, prefix);
    }
    return found;
  }

  #takeIf<Type extends YamlToken["type"]>(...types: readonly Type[]): TokenOf<Type> | undefined {
    return this.#nextIs(...types) ? this.#scanner.take() as TokenOf<Type> : undefined;
  }

  #nextIs(...types: readonly YamlToken["type"][]): boolean {
    return types.includes(this.#scanner.peek().type);
  }

  #node(place: Place): YamlNode {
    const alias = this.#takeIf("alias");
    if (alias !== undefined) return this.#alias(alias);
    const { tag, anchor } = this.#properties();
    const { offset } = this.#scanner.peek();
    if (++this.#depth > DEEPEST) {
      const message = `nested deeper than ${DEEPEST} levels, make it simpler`;
      return this.#options.refuse(offset, message);
    }
    const node = this.#content(place, { tag, anchor });
    this.#depth--;
    return node;
  }

  #content(place: Place, { tag, anchor }: NodeProperties): YamlNode {
    const { type, offset } = this.#scanner.peek();
    const anchored = <Node extends YamlTarget>(node: Node): Node => {
      if (anchor !== undefined) this.#anchors.set(anchor, node);
      return node;
    };
    if (type === "-" && place === "block-value") {
      const list = anchored(listAt(offset));
      this.#fillList(list.items, ["?", ":", "block-end"]);
      return list;
    }
    const scalar = this.#takeIf("scalar");
    if (scalar !== undefined) {
      const isPlain = scalar.isPlain && tag === undefined;
      return anchored<YamlScalar>({ type: "scalar", offset, text: scalar.text, tag, isPlain });
    }
    if (type === "[") return this.#flowList(anchored(listAt(offset)));
    if (type === "{") return this.#flowMapping(anchored(mappingAt(offset)));
    if (type === "block-list" && place !== "flow") {
      return this.#blockList(anchored(listAt(offset)));
    }
    if (type === "block-mapping" && place !== "flow") {
      return this.#blockMapping(anchored(mappingAt(offset)));
    }
    if (anchor !== undefined || tag !== undefined) {
      return anchored({ ...emptyAt(offset), tag, isPlain: tag === undefined });
    }
    return this.#refuseToken("expected a value");
  }

  #alias({ offset, name }: { readonly offset: number; readonly name: string }): YamlNode {
    const target = this.#anchors.get(name);
    if (target !== undefined) return { type: "alias", offset, target };
    this.#options.failures.push(this.#options.unknownAnchor(offset, name));
    return emptyAt(offset);
  }

  /** An anchor and a tag, in any order. */
  #properties(): NodeProperties {
    const before = this.#takeIf("anchor");
    const tag = this.#takeIf("tag");
    const anchor = before ?? (tag && this.#takeIf("anchor"));
    return { anchor: anchor?.name, tag: tag && this.#wholeTag(tag) };
  }

  #wholeTag({ offset, handle, suffix }: TokenOf<"tag">): string {
    if (handle === "") return suffix;
    const prefix = this.#prefixes.get(handle) ??
      this.#options.refuse(offset, `the tag's "${handle}" has no %TAG, remove the tag`);
    return prefix + suffix;
  }

  #blockList(list: YamlList): YamlList {
    this.#scanner.take();
    this.#fillList(list.items, ["block-end"]);
    if (this.#takeIf("block-end") !== undefined) return list;
    return this.#refuseToken(`expected "- " or the end of the list`);
  }

  /** Entries behind dashes; in front of one of `ends` an entry is empty. */
  #fillList(items: YamlNode[], ends: readonly YamlToken["type"][]): void {
    for (let dash; (dash = this.#takeIf("-")) !== undefined;) {
      const isEmpty = this.#nextIs("-", ...ends);
      items.push(isEmpty ? emptyAt(dash.offset + 1) : this.#node("block"));
    }
  }

  #blockMapping(mapping: YamlMapping): YamlMapping {
    this.#scanner.take();
    while (this.#takeIf("block-end") === undefined) {
      const mark = this.#takeIf("?") ?? this.#refuseKey();
      const key = this.#blockValue(mark.offset + 1);
      const { offset } = this.#scanner.peek();
      const colon = this.#takeIf(":");
      const value = colon === undefined ? emptyAt(offset) : this.#blockValue(offset + 1);
      mapping.pairs.push({ key, value });
    }
    return mapping;
  }

  #refuseKey(): never {
    if (!this.#nextIs(":")) return this.#refuseToken("expected a key");
    return this.#options.refuse(this.#scanner.peek().offset, `no key in front of ":", name one`);
  }

  #blockValue(offset: number): YamlNode {
    return this.#nextIs("?", ":", "block-end") ? emptyAt(offset) : this.#node("block-value");
  }

  #flowList(list: YamlList): YamlList {
    this.#scanner.take();
    while (!this.#nextIs("]")) {
      if (list.items.length > 0 && this.#takeIf(",") === undefined) {
        this.#refuseToken(`expected "," or "]"`);
      }
      if (this.#nextIs("?")) list.items.push(this.#pairOfList());
      else if (!this.#nextIs("]")) list.items.push(this.#node("flow"));
      else break;
    }
    this.#scanner.take();
    return list;
  }

  /** `[a: b]`: a mapping of one pair. */
  #pairOfList(): YamlNode {
    const { offset } = this.#scanner.take();
    let key: YamlNode;
    if (this.#nextIs(":", ",", "]")) {
      // A quirk: what is behind a "?" without a key is passed over.
      key = emptyAt(this.#scanner.take().offset);
    } else {
      key = this.#node("flow");
    }
    return { type: "mapping", offset, pairs: [{ key, value: this.#flowValue("]") }] };
  }

  #flowValue(end: "]" | "}"): YamlNode {
    const isThere = this.#takeIf(":") !== undefined && !this.#nextIs(",", end);
    return isThere ? this.#node("flow") : emptyAt(this.#scanner.peek().offset);
  }

  #flowMapping(mapping: YamlMapping): YamlMapping {
    this.#scanner.take();
    while (!this.#nextIs("}")) {
      if (mapping.pairs.length > 0 && this.#takeIf(",") === undefined) {
        this.#refuseToken(`expected "," or "}"`);
      }
      if (this.#takeIf("?") !== undefined) {
        const { offset } = this.#scanner.peek();
        const key = this.#nextIs(":", ",", "}") ? emptyAt(offset) : this.#node("flow");
        mapping.pairs.push({ key, value: this.#flowValue("}") });
      } else if (!this.#nextIs("}")) {
        const key = this.#node("flow");
        mapping.pairs.push({ key, value: emptyAt(this.#scanner.peek().offset) });
      } else break;
    }
    this.#scanner.take();
    return mapping;
  }

  #refuseToken(expected: string): never {
    const token = this.#scanner.peek();
    return this.#options.refuse(token.offset, `${expected}, found ${shown(token)}`);
  }
}

type TokenOf<Type extends YamlToken["type"]> = YamlToken & { readonly type: Type };

/** What stands in front of a node. */
interface NodeProperties {
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
}

function emptyAt(offset: number): YamlScalar {
  return { type: "scalar", offset, text: "", tag: undefined, isPlain: true };
}

function listAt(offset: number): YamlList {
  return { type: "list", offset, items: [] };
}

function mappingAt(offset: number): YamlMapping {
  return { type: "mapping", offset, pairs: [] };
}

const NAMES: Readonly<Partial<Record<YamlToken["type"], string>>> = {
  scalar: "a text",
  anchor: "an anchor",
  alias: "an alias",
  tag: "a tag",
  version: "%YAML",
  prefix: "%TAG",
  "stream-end": "the end of the file",
  "document-start": `"---"`,
  "document-end": `"..."`,
  "block-list": `a list`,
  "block-mapping": "a mapping",
  "block-end": "a line that is further left",
};

/** A token as a message names it. */
function shown({ type }: YamlToken): string {
  return NAMES[type] ?? `"${type}"`;
}
