import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { type GoValue, marshalIndent } from "../../src/holotree/go_json.ts";

Deno.test("marshalIndent() writes empty maps, structs and lists on one line", () => {
  deepEqual([new Map(), {}, []].map(marshalIndent), ["{}", "{}", "[]"]);
});

Deno.test("marshalIndent() indents by two spaces, and has no line break at the end", () => {
  const value = { name: "x", list: [1, [], [2]], map: new Map([["k", true]]) };
  equal(
    marshalIndent(value),
    `{
  "name": "x",
  "list": [
    1,
    [],
    [
      2
    ]
  ],
  "map": {
    "k": true
  }
}`,
  );
});

Deno.test("marshalIndent() sorts the keys of maps by their UTF-8 bytes, and not those of structs", () => {
  const keys = ["b", "a", "", "Z", "\u{10000}", "\uffff", "é", "aa", "__proto__"];
  const map = new Map(keys.map((key) => [key, 0]));
  const sorted = ["", "Z", "__proto__", "a", "aa", "b", "é", "\uffff", "\u{10000}"];
  deepEqual(Object.keys(JSON.parse(marshalIndent(map))), sorted);
  equal(marshalIndent({ b: 1, a: 2 }), `{\n  "b": 1,\n  "a": 2\n}`);
});

Deno.test("marshalIndent() leaves out fields without a value", () => {
  equal(marshalIndent({ a: undefined, b: "" }), `{\n  "b": ""\n}`);
  equal(marshalIndent({ a: undefined }), "{}");
});

Deno.test("marshalIndent() escapes what Go escapes and nothing else", () => {
  // Written by Go 1.26.
  let text = "";
  for (let code = 0; code < 0x80; code++) text += String.fromCharCode(code);
  const expected =
    '"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r' +
    "\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a" +
    "\\u001b\\u001c\\u001d\\u001e\\u001f !\\\"#$%\\u0026'()*+,-./0123456789:;\\u003c=\\u003e?@" +
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f"';
  equal(marshalIndent(text), expected);
  equal(
    marshalIndent("\x80\x85\u2028\u2029\ufffd\ufeff😀"),
    '"\x80\x85\\u2028\\u2029\ufffd\ufeff😀"',
  );
});

Deno.test("marshalIndent() writes large whole numbers with all their digits", () => {
  equal(
    marshalIndent([2147484141, 2 ** 53 - 1, -1, 0]),
    "[\n  2147484141,\n  9007199254740991,\n  -1,\n  0\n]",
  );
});

Deno.test("marshalIndent() writes thousands of values in one another", () => {
  let value: GoValue = [];
  for (let depth = 1; depth < 5000; depth++) value = [value];
  const text = marshalIndent(value);
  equal(text.replaceAll(/\s/g, ""), "[".repeat(5000) + "]".repeat(5000));
});

Deno.test("marshalIndent() writes JSON that reads back", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (json) => {
    // Go's null is not among the values, and JSON has no negative zero.
    const value = JSON.parse(JSON.stringify(json), (_, member) => member ?? false);
    deepEqual(JSON.parse(marshalIndent(value as GoValue)), value);
  }));
});
