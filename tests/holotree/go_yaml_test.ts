import { equal } from "node:assert/strict";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { yamlText } from "../../src/holotree/go_yaml.ts";
import { WRITTEN_BY_GO } from "./go_yaml_written.ts";

Deno.test("yamlText() writes what yaml.v2 writes", () => {
  for (const [text, written] of WRITTEN_BY_GO) {
    equal(yamlText(text, { column: 1, indent: 2 }), written, JSON.stringify(text));
  }
});

Deno.test("yamlText() folds by the column that it begins at, and indents as told", () => {
  const words = "word ".repeat(20).trim();
  const lines = (column: number) => yamlText(words, { column, indent: 4 }).split("\n");
  equal(lines(3)[0]!.length + 3, 83);
  equal(lines(5)[0]!.length + 5, 85);
  equal(lines(6)[0]!.length + 6, 81);
  equal(lines(3)[1]!.slice(0, 5), "    w");
});

Deno.test("yamlText() writes what reads back as the same text", () => {
  const word = fc.constantFrom("a", "b:", "- ", "#", " ", "'", '"', "\\", "\n", "ä", "yes", "{");
  const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(""));
  fc.assert(
    fc.property(text, (text) => {
      const document = parseDocument(`-${yamlText(text, { column: 1, indent: 2 })}`, {
        version: "1.1",
      });
      equal(document.errors.length, 0);
      equal(document.toJS()[0], text);
    }),
    { numRuns: 500 },
  );
});
