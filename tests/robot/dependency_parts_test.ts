import { deepEqual, equal } from "node:assert/strict";
import { dependencyParts, goTrim } from "../../src/robot/mod.ts";

Deno.test("goTrim() cuts off the white space that Go knows", () => {
  equal(goTrim("\t\n\v\f\r \x85\xa0\u2028\u3000x y\u2029 \n"), "x y");
  equal(goTrim("\ufeffx\ufeff"), "\ufeffx\ufeff");
  equal(goTrim(" \n "), "");
});

Deno.test("dependencyParts() takes a dependency apart as rcc's pattern does", () => {
  for (
    const [text, ...parts] of [
      ["python", "python", "", ""],
      [" python = 3.11 ", "python", "=", "3.11"],
      ["nodejs  >=20, <21", "nodejs", ">=", "20, <21"],
      ["foo=", "foo", "", "="],
      ["foo==", "foo", "=", "="],
      ["foo\u00a0=1", "foo\u00a0", "=", "1"],
      ["foo =\u00a01", "foo", "=", "\u00a01"],
      ["x @ https://example.com/?a=b", "x", "", "@ https://example.com/?a=b"],
    ] as const
  ) {
    const { name, qualifier, versions } = dependencyParts(text)!;
    deepEqual([name, qualifier, versions], parts, JSON.stringify(text));
  }
  for (const text of ["", "=1", "~x"]) equal(dependencyParts(text), undefined, text);
});
