import { type Failure, throwFailures } from "../failure/mod.ts";
import { brokenYaml } from "./broken_yaml.ts";
import type { SourceText } from "./source_text.ts";
import type { YamlNode } from "./yaml_node.ts";
import { YamlParser } from "./yaml_parser.ts";
import { YamlScanner } from "./yaml_scanner.ts";

/** The first document of a file as a tree with positions; nothing in it has a type yet. */
export interface YamlDocument {
  readonly source: SourceText;
  /** Undefined for an empty file. */
  readonly root: YamlNode | undefined;
}

/**
 * Reads the first document, as rcc does, and accepts what rcc's reader of YAML 1.1 does
 * (gopkg.in/yaml.v2 v2.4.0). Scalars stay text: what they mean depends on where they stand.
 *
 * @throws {Failure} with the first place that breaks YAML, for what follows is mostly its echo; or
 *   {Failures} with all aliases that have no anchor.
 */
export function parseYaml(source: SourceText): YamlDocument {
  refuseCharacters(source);
  const refuse = (offset: number, message: string): never => {
    throw brokenYaml(source, offset, message);
  };
  const failures: Failure[] = [];
  const parser = new YamlParser(new YamlScanner(source.text, refuse), {
    refuse,
    failures,
    unknownAnchor: (offset, name) =>
      brokenYaml(source, offset, `the alias "*${name}" has no anchor "&${name}" before it`),
  });
  const root = parser.document();
  throwFailures(failures);
  return { source, root };
}

/** What YAML 1.1 does not allow anywhere: most control characters. */
const REFUSED = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function refuseCharacters(source: SourceText): void {
  // The first one is not part of the text. Behind a second one yaml.v2 loses a character of each line.
  if (source.text.startsWith("\ufeff")) {
    throw brokenYaml(source, 0, "a second byte order mark, remove it");
  }
  const found = REFUSED.exec(source.text);
  if (found === null) return;
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  throw brokenYaml(source, found.index, `the character U+${code} is not allowed, remove it`);
}
