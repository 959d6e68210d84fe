import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { type JsonValue, parseJsonInSteps } from "../../src/holotree/json_steps.ts";

function parse(json: string | Uint8Array): JsonValue {
  const bytes = typeof json === "string" ? new TextEncoder().encode(json) : json;
  const steps = parseJsonInSteps(bytes);
  for (let step = steps.next();; step = steps.next()) if (step.done) return step.value;
}

/** What JSON.parse makes of it: its value, or that it refuses it. */
function judge(json: string): { readonly value: unknown } | "refused" {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return "refused";
  }
}

function requireSame(json: string): void {
  const expected = judge(json);
  if (expected === "refused") throws(() => parse(json), SyntaxError, JSON.stringify(json));
  else deepEqual(parse(json), expected.value);
}

Deno.test("parseJsonInSteps() reads what JSON.parse reads", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(4), (value, indent) => {
      requireSame(JSON.stringify(value, null, indent));
    }),
    { numRuns: 500 },
  );
});

Deno.test("parseJsonInSteps() reads and refuses what JSON.parse does, whatever is wrong", () => {
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

Deno.test("parseJsonInSteps() reads and refuses what JSON.parse does of damaged JSON", () => {
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

Deno.test("parseJsonInSteps() makes own fields of all names", () => {
  const value = parse('{"__proto__":{"a":1},"constructor":2,"toString":3}');
  deepEqual(Object.keys(value as object), ["__proto__", "constructor", "toString"]);
  equal(Object.getPrototypeOf(value), Object.prototype);
});

Deno.test("parseJsonInSteps() reads 100,000 lists in one another", () => {
  let depth = 0;
  let value: JsonValue | undefined = parse("[".repeat(100_000) + "]".repeat(100_000));
  for (; Array.isArray(value); value = value[0]) depth++;
  equal(depth, 100_000);
});

Deno.test("parseJsonInSteps() refuses bytes that are no UTF-8", () => {
  const surrogate = [0x22, 0xed, 0xa0, 0x80, 0x22];
  for (const bytes of [[0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], surrogate]) {
    throws(() => parse(Uint8Array.from(bytes)), SyntaxError);
  }
});

Deno.test("parseJsonInSteps() says where something is wrong", () => {
  throws(() => parse('{"a": é}'), { message: "expected JSON, found something else at byte 6" });
  throws(() => parse('{"é": '), { message: "expected JSON, found its end at byte 7" });
});
