/**
 * Environment markers of Python requirements, as far as they are about the platform: `evaluateMarker`
 * says whether a requirement is left out on Linux whatever the version of Python is.
 * Specification: https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
 */

/** What a marker says where some variables are not known. */
export type MarkerResult = boolean | "unknown";

/**
 * Evaluates a marker for CPython on Linux x86_64. What depends on a version, or on extras, is not
 * known, and neither is what the specification leaves open.
 *
 * @throws {SyntaxError} when the text is no marker.
 */
export function evaluateMarker(text: string): MarkerResult {
  return new MarkerReader(text).readAll();
}

/** The values of those variables that every Linux x86_64 with CPython has. */
const KNOWN: Readonly<Record<string, string>> = {
  os_name: "posix",
  sys_platform: "linux",
  platform_system: "Linux",
  platform_machine: "x86_64",
  platform_python_implementation: "CPython",
  implementation_name: "cpython",
};

const UNKNOWN: ReadonlySet<string> = new Set([
  "platform_release",
  "platform_version",
  "python_version",
  "python_full_version",
  "implementation_version",
  "extra",
  "extras",
  "dependency_groups",
]);

/** Names of the time before the specification, which are read still. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  "os.name": "os_name",
  "sys.platform": "sys_platform",
  "platform.version": "platform_version",
  "platform.machine": "platform_machine",
  "platform.python_implementation": "platform_python_implementation",
  "python_implementation": "platform_python_implementation",
};

const TOKEN =
  /\s*(?:(?<end>$)|(?<text>"[^"]*"|'[^']*')|(?<operator>===|==|~=|!=|<=|>=|<|>|\(|\)|not\s+in\b|in\b|and\b|or\b)|(?<name>[A-Za-z_.]+))/y;

interface Token {
  readonly kind: "end" | "text" | "operator" | "name";
  readonly text: string;
}

/** One side of a comparison; a value that is not known is none. */
type Operand = string | undefined;

/** Reads and evaluates at once: `and` binds more closely than `or`. */
class MarkerReader {
  readonly #text: string;
  #at = 0;
  #next: Token;

  constructor(text: string) {
    this.#text = text;
    this.#next = this.#read();
  }

  readAll(): MarkerResult {
    const truth = this.#or();
    if (this.#next.kind !== "end") throw this.#unexpected();
    return truth;
  }

  #or(): MarkerResult {
    let truth = this.#and();
    while (this.#take("or")) truth = either(truth, this.#and());
    return truth;
  }

  #and(): MarkerResult {
    let truth = this.#comparison();
    while (this.#take("and")) truth = both(truth, this.#comparison());
    return truth;
  }

  #comparison(): MarkerResult {
    if (this.#take("(")) {
      const truth = this.#or();
      if (!this.#take(")")) throw this.#unexpected();
      return truth;
    }
    const left = this.#operand();
    const { kind, text } = this.#next;
    if (kind !== "operator" || /^(?:\(|\)|and|or)$/.test(text)) throw this.#unexpected();
    this.#next = this.#read();
    return compare(left, text.replace(/\s+/, " "), this.#operand());
  }

  #operand(): Operand {
    const { kind, text } = this.#next;
    if (kind === "text") {
      this.#next = this.#read();
      return text.slice(1, -1);
    }
    const name = OLD_NAMES[text] ?? text;
    const isKnown = Object.hasOwn(KNOWN, name);
    if (kind !== "name" || (!isKnown && !UNKNOWN.has(name))) throw this.#unexpected();
    this.#next = this.#read();
    return isKnown ? KNOWN[name] : undefined;
  }

  #take(operator: string): boolean {
    const isNext = this.#next.kind === "operator" && this.#next.text === operator;
    if (isNext) this.#next = this.#read();
    return isNext;
  }

  #read(): Token {
    TOKEN.lastIndex = this.#at;
    const groups = TOKEN.exec(this.#text)?.groups;
    if (groups === undefined) throw this.#unexpected();
    this.#at = TOKEN.lastIndex;
    const [kind, text] = Object.entries(groups).find(([, text]) => text !== undefined)!;
    return { kind: kind as Token["kind"], text: text! };
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`expected an environment marker, found ${JSON.stringify(this.#text)}`);
  }
}

function either(left: MarkerResult, right: MarkerResult): MarkerResult {
  if (left === true || right === true) return true;
  return left === "unknown" || right === "unknown" ? "unknown" : false;
}

function both(left: MarkerResult, right: MarkerResult): MarkerResult {
  if (left === false || right === false) return false;
  return left === "unknown" || right === "unknown" ? "unknown" : true;
}

/** What begins as a version is compared as one, which texts such as `linux` are not. */
const VERSION = /^\s*v?[0-9]/;

function compare(left: Operand, operator: string, right: Operand): MarkerResult {
  if (left === undefined || right === undefined) return "unknown";
  switch (operator) {
    case "in":
      return right.includes(left);
    case "not in":
      return !right.includes(left);
    case "===":
      return left.toLowerCase() === right.toLowerCase();
  }
  if (VERSION.test(right)) return "unknown";
  switch (operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return "unknown";
  }
}
