import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  type Node,
  type ParsedNode,
  visit,
} from "yaml";
import { throwFailures } from "../failure/mod.ts";
import { brokenYaml } from "./broken_yaml.ts";
import type { SourceText } from "./source_text.ts";
import { refuseCharacters, refuseNodes, tokensOf } from "./yaml_1_1.ts";

/** The first document of a file as a tree with positions; nothing in it has a type yet. */
export interface YamlDocument {
  readonly source: SourceText;
  /** Undefined for an empty file. */
  readonly root: ParsedNode | undefined;
  /** What each alias stands for: the last node before it with that anchor. */
  readonly targets: ReadonlyMap<Alias, ParsedNode>;
}

/**
 * Reads the first document, as rcc does, and accepts what rcc's reader of YAML 1.1 does
 * (gopkg.in/yaml.v2 v2.2.8). Scalars stay text: what they mean depends on where they stand.
 *
 * @throws {Failure} with the first place that breaks YAML, for what follows is mostly its echo; or
 *   {Failures} with all aliases that have no anchor.
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
  const [first] = (document ?? composer.streamInfo()).errors
    .toSorted((left, right) => left.pos[0] - right.pos[0]);
  if (first !== undefined) throw brokenYaml(source, first.pos[0], first.message);
  if (document === undefined) return { source, root: undefined, targets: new Map() };
  refuseNodes(source, document);
  const targets = resolveAliases(source, document);
  return { source, root: document.contents ?? undefined, targets };
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
  throwFailures(
    missing.map(({ source: name, range }) =>
      brokenYaml(source, range?.[0] ?? 0, `the alias "*${name}" has no anchor "&${name}" before it`)
    ),
  );
  return targets;
}
