/**
 * What rcc's reader of YAML 1.1 refuses and the parser here, of YAML 1.2, accepts. Each was found
 * by giving both the same damaged files.
 */
import { type Document, isScalar, Lexer, type Node, Parser, Scalar, visit } from "yaml";
import { type Failure, throwFailures } from "../failure/mod.ts";
import { brokenYaml } from "./broken_yaml.ts";
import type { SourceText } from "./source_text.ts";

/** Control characters, and line ends that the parser takes for letters. */
const REFUSED =
  /[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\u2028\u2029\ufeff]/u;

/** @throws {Failure} at the first character that YAML 1.1 does not allow. */
export function refuseCharacters(source: SourceText): void {
  const found = REFUSED.exec(source.text);
  if (found === null) return;
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  throw brokenYaml(source, found.index, `the character U+${code} is not allowed, remove it`);
}

/** Deeper than any robot, and far from the end of the stack. */
const DEEPEST = 100;

/**
 * The tokens of a file.
 *
 * @throws {Failure} where the nesting is absurd, for such a tree takes seconds to build, and where
 *   a tab stands behind a dash or in front of nothing.
 */
export function* tokensOf(source: SourceText) {
  const parser = new Parser();
  let previous = "\n";
  for (const lexeme of new Lexer().lex(source.text)) {
    const { offset, stack } = parser;
    if (stack.length > DEEPEST) {
      throw brokenYaml(source, offset, `nested deeper than ${DEEPEST} levels, make it simpler`);
    }
    const isInFlow = () => stack.some(({ type }) => type === "flow-collection");
    const isTab = /^[-?]$/.test(previous) && /^[ \t]*\t/.test(lexeme) ||
      /^\r?\n$/.test(previous) && /^\t[ \t]*$/.test(lexeme);
    if (isTab && !isInFlow()) throw brokenYaml(source, offset, "a tab, use spaces");
    yield* parser.next(lexeme);
    previous = lexeme;
  }
  yield* parser.end();
}

/** @throws {Failure} or {Failures} for directives, keys and escapes that YAML 1.1 does not have. */
export function refuseNodes(source: SourceText, document: Document.Parsed): void {
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== "1.1") {
    throw brokenYaml(source, source.text.indexOf("%YAML"), "rcc reads YAML 1.1 only, remove this");
  }
  const failures: Failure[] = [];
  visit(document, {
    Pair(_key, { key, value }) {
      if (!isScalar(key) || key.source !== "" || key.type !== Scalar.PLAIN) return;
      const offset = key.range?.[0] ?? (value as Node | null)?.range?.[0] ?? 0;
      failures.push(brokenYaml(source, offset, `no key in front of ":", name one`));
    },
    Scalar(_key, { type, range }) {
      if (!range) return;
      const fault = scalarFault(source.text.slice(range[0], range[1]), type);
      if (fault === undefined) return;
      failures.push(brokenYaml(source, range[0] + fault.index, fault.message));
    },
  });
  throwFailures(failures);
}

/** A quoted text in which `\/` stands, which JSON has. */
const ESCAPED_SLASH = /^"(?:[^\\]|\\[^/])*?(?=\\\/)/;
/** A `|` or `>` that leaves its indentation to be guessed, and a first line that has a tab in it. */
const TAB_IN_FRONT = /^[|>][-+]?(?:[ \t][^\n]*)?\r?\n(?: *\r?\n)* *(?=\t)/;

function scalarFault(
  written: string,
  type: Scalar["type"],
): { readonly index: number; readonly message: string } | undefined {
  if (type === Scalar.QUOTE_DOUBLE) {
    const found = ESCAPED_SLASH.exec(written);
    return found === null
      ? undefined
      : { index: found[0].length, message: `"\\/" is no escape, write "/"` };
  }
  if (type === Scalar.BLOCK_FOLDED || type === Scalar.BLOCK_LITERAL) {
    const found = TAB_IN_FRONT.exec(written);
    return found === null ? undefined : { index: found[0].length, message: "a tab, use spaces" };
  }
  return undefined;
}
