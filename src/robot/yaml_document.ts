import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  Lexer,
  type Node,
  type ParsedNode,
  Parser,
  visit,
} from "yaml";
import { throwFailures } from "../failure/mod.ts";
import type { SourceText } from "./source_text.ts";

/** The first document of a file as a tree with positions; nothing in it has been given a type yet. */
export interface YamlDocument {
  readonly source: SourceText;
  /** Undefined for an empty file. */
  readonly root: ParsedNode | undefined;
  /** What each alias stands for: the last node before it with that anchor. */
  readonly targets: ReadonlyMap<Alias, ParsedNode>;
}

/** Deeper than any robot, and far from the end of the stack. */
const DEEPEST = 100;

/**
 * Reads the first document, as rcc does, and accepts what its YAML 1.1 reader does
 * (gopkg.in/yaml.v2 v2.2.8). Scalars stay text: what they mean depends on where they stand.
 *
 * @throws {Failure} with the first place that breaks YAML, for what follows is mostly its echo; or
 *   all the aliases without an anchor.
 */
export function parseYaml(source: SourceText): YamlDocument {
  refuseCharacters(source);
  const composer = new Composer({
    version: "1.1",
    schema: "failsafe",
    uniqueKeys: false,
    prettyErrors: false,
  });
  const [document] = composer.compose(tokensOf(source));
  const faults = (document ?? composer.streamInfo()).errors
    .map(({ pos, message }) => ({ offset: pos[0], message }))
    .sort((left, right) => left.offset - right.offset);
  if (faults[0] !== undefined) throw broken(source, faults[0]);
  if (document === undefined) return { source, root: undefined, targets: new Map() };
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== "1.1") {
    const offset = source.text.indexOf("%YAML");
    throw broken(source, { offset, message: `rcc reads YAML 1.1 only, remove the directive` });
  }
  return {
    source,
    root: document.contents ?? undefined,
    targets: resolveAliases(source, document),
  };
}

/** Where something is wrong, and what. */
interface Fault {
  readonly offset: number;
  readonly message: string;
}

function broken(source: SourceText, { offset, message }: Fault) {
  const lowered = message.slice(0, 1).toLowerCase() + message.slice(1);
  const oneLine = lowered.replace(/\s+/g, " ");
  return source.failureAt(offset, { id: "robot/yaml", message: `broken YAML, ${oneLine}` });
}

/** Control characters, and the line ends of YAML 1.1 that this parser takes for letters. */
const REFUSED =
  /[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\u2028\u2029\ufeff]/u;

function refuseCharacters(source: SourceText): void {
  const found = REFUSED.exec(source.text);
  if (found === null) return;
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  throw broken(source, {
    offset: found.index,
    message: `the character U+${code} is not allowed, remove it or write it as "\\u${code}"`,
  });
}

/** The tokens, given up early where the nesting is absurd: building such a tree takes seconds. */
function* tokensOf(source: SourceText) {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(source.text)) {
    if (parser.stack.length > DEEPEST) {
      throw broken(source, {
        offset: parser.offset,
        message: `nested deeper than ${DEEPEST} levels`,
      });
    }
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

function resolveAliases(
  source: SourceText,
  document: Document.Parsed,
): ReadonlyMap<Alias, ParsedNode> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, ParsedNode>();
  const missing: Alias[] = [];
  visit(document, {
    Node(_key, node) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      const target = anchors.get(node.source);
      if (target === undefined) missing.push(node);
      else targets.set(node, target as ParsedNode);
    },
  });
  throwFailures(missing.map((alias) =>
    broken(source, {
      offset: alias.range?.[0] ?? 0,
      message: `the alias "*${alias.source}" has no anchor "&${alias.source}" before it`,
    })
  ));
  return targets;
}
