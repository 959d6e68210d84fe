/** What a plain (unquoted) scalar is to gopkg.in/yaml.v2. Merge keys and dates stay text there. */
export type PlainKind = "text" | "null" | "bool" | "int" | "float";

const NULLS = new Set(["", "~", "null", "Null", "NULL"]);
const BOOLS = new Set(
  ["y", "yes", "true", "on", "n", "no", "false", "off"].flatMap((word) => [
    word,
    word.slice(0, 1).toUpperCase() + word.slice(1),
    word.toUpperCase(),
  ]),
);
const NAMED_FLOAT = /^(?:\.(?:nan|NaN|NAN)|[-+]?\.(?:inf|Inf|INF))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/**
 * The type that rcc sees in an unquoted scalar: `yes`, `3.10` and `~` are no text to it.
 * Source: `resolve` in https://github.com/go-yaml/yaml/blob/v2.4.0/resolve.go
 */
export function plainKind(text: string): PlainKind {
  if (NULLS.has(text)) return "null";
  if (BOOLS.has(text)) return "bool";
  if (NAMED_FLOAT.test(text)) return "float";
  if (!/^[-+.0-9]/.test(text)) return "text";
  // With a point in front only underscores between digits may go, as Go's own `ParseFloat` has it.
  const digits = text.replaceAll(text.startsWith(".") ? /(?<=[0-9])_(?=[0-9])/g : "_", "");
  if (isInt(digits)) return "int";
  return FLOAT.test(digits) && Number.isFinite(Number(digits)) ? "float" : "text";
}

/** What Go's `strconv.ParseInt` and `ParseUint` take, with any base, in 64 bits. */
function isInt(digits: string): boolean {
  // yaml.v2 also reads what stands behind "0b" as a number of its own, sign and all.
  const signFirst = digits.replace(/^0b([-+])/, "$10b");
  const found = /^([-+]?)(0|[1-9][0-9]*|0x[0-9a-f]+|0b[01]+|0o?[0-7]+)$/i.exec(signFirst);
  if (found === null) return false;
  const [, sign, text = ""] = found;
  const size = BigInt(text.replace(/^0([0-7])/, "0o$1"));
  if (sign === "") return size < 2n ** 64n;
  return sign === "-" ? size <= 2n ** 63n : size < 2n ** 63n;
}
