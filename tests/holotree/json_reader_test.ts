import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { JsonReader, type JsonValue } from "../../src/holotree/json_reader.ts";

function readerOf(json: string | Uint8Array): JsonReader {
  return new JsonReader(typeof json === "string" ? new TextEncoder().encode(json) : json);
}

function valueOf(reader: JsonReader): JsonValue {
  const steps = reader.value();
  for (let step = steps.next();; step = steps.next()) if (step.done) return step.value;
}

function parse(json: string | Uint8Array): JsonValue {
  const reader = readerOf(json);
  const value = valueOf(reader);
  reader.end();
  return value;
}

/** What JSON.parse makes of it: its value, or that it refuses it. */
function judge(json: string): { readonly value: unknown } | "refused" {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return "refused";
  }
}

/** Now and then V8 15 makes another key of one with an escape, of `\"` a backslash: no judge of such. */
const ESCAPED_KEY = /\\.[^"]*"\s*:/;

function requireSame(json: string): void {
  if (ESCAPED_KEY.test(json)) return;
  const expected = judge(json);
  if (expected === "refused") throws(() => parse(json), SyntaxError, JSON.stringify(json));
  else deepEqual(parse(json), expected.value);
}

Deno.test("JsonReader reads what JSON.parse reads", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(4), (value, indent) => {
      requireSame(JSON.stringify(value, null, indent));
    }),
    { numRuns: 500 },
  );
});

Deno.test("JsonReader reads and refuses what JSON.parse does, whatever is wrong", () => {
  const part = fc.constantFrom(
    ...["{", "}", "[", "]", ",", ":", '"', '"a"', '"é😀"', '"\\u00e9"', '"\\ud800"', '"\\x"', "\\"],
    ...["0", "-", "-0", "1.5", "1.", ".5", "01", "1e5", "1E+5", "1e", "+1", "12345678901234567890"],
    ...[
      "true",
      "false",
      "null",
      "tru",
      "nullx",
      " ",
      "\n",
      "\t",
      "\r",
      "\f",
      '"\t"',
      "\u00a0",
      "'",
    ],
    ...['{"a":', '"b":', "[1,", "]}", '{"__proto__":', '"a":1,"a":2'],
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => requireSame(parts.join(""))),
    { numRuns: 5000 },
  );
});

Deno.test("JsonReader reads and refuses what JSON.parse does of damaged JSON", () => {
  const damage = fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:\\ 0-.e\n\0tnf'));
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      (value, damages) => {
        const characters = [...JSON.stringify(value)];
        for (const [at, character] of damages) characters[at % characters.length] = character;
        requireSame(characters.join(""));
      },
    ),
    { numRuns: 3000 },
  );
});

Deno.test("JsonReader makes own fields of all names", () => {
  const value = parse('{"__proto__":{"a":1},"constructor":2,"toString":3}');
  deepEqual(Object.keys(value as object), ["__proto__", "constructor", "toString"]);
  equal(Object.getPrototypeOf(value), Object.prototype);
});

Deno.test("JsonReader reads 100,000 lists in one another", () => {
  let depth = 0;
  let value: JsonValue | undefined = parse("[".repeat(100_000) + "]".repeat(100_000));
  for (; Array.isArray(value); value = value[0]) depth++;
  equal(depth, 100_000);
});

Deno.test("JsonReader refuses bytes that are no UTF-8", () => {
  const surrogate = [0x22, 0xed, 0xa0, 0x80, 0x22];
  for (const bytes of [[0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], surrogate]) {
    throws(() => parse(Uint8Array.from(bytes)), SyntaxError);
  }
});

Deno.test("JsonReader says where something is wrong", () => {
  throws(() => parse('{"a": é}'), { message: "expected JSON, found something else at byte 6" });
  throws(() => parse('{"é": '), { message: "expected JSON, found its end at byte 7" });
});

Deno.test("JsonReader walks objects member by member", () => {
  const reader = readerOf('{"a":{"b":[1,{}],"c":{}},"d" : null, "é":"\\u00e9"} ');
  const members: unknown[] = [];
  for (let depth = Number(reader.enterObject()); depth > 0;) {
    const key = reader.nextKey();
    if (key === undefined) depth--;
    else if (reader.enterObject()) depth++;
    else members.push([depth, key, valueOf(reader)]);
  }
  reader.end();
  deepEqual(members, [[2, "b", [1, {}]], [1, "d", null], [1, "é", "é"]]);
});

/** Reads an object as it is walked, those in it too. */
function walk(json: string): JsonValue {
  const reader = readerOf(json);
  const read = (): JsonValue => {
    if (!reader.enterObject()) return valueOf(reader);
    const fields: [string, JsonValue][] = [];
    for (let key = reader.nextKey(); key !== undefined; key = reader.nextKey()) {
      fields.push([key, read()]);
    }
    return Object.fromEntries(fields);
  };
  const value = read();
  reader.end();
  return value;
}

Deno.test("JsonReader reads and refuses the same when it walks", () => {
  const part = fc.constantFrom(...[
    "{",
    "}",
    '"a"',
    ":",
    ",",
    "1",
    "[",
    "]",
    '{"a":',
    ',"b":',
    " ",
  ]);
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const json = parts.join("");
      const expected = judge(json);
      if (expected === "refused") throws(() => walk(json), SyntaxError, JSON.stringify(json));
      else deepEqual(walk(json), expected.value);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("JsonReader keeps short texts apart, however many there are", () => {
  const texts = Array.from({ length: 20_000 }, (_, i) => (i * 7919).toString(36));
  deepEqual(parse(JSON.stringify([...texts, ...texts])), [...texts, ...texts]);
});
