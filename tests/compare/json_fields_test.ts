import { deepEqual } from "node:assert/strict";
import { fieldDifferences, jsonFields } from "../../src/compare/json_fields.ts";

Deno.test("jsonFields() says where each value stands", () => {
  deepEqual(
    [...jsonFields({
      os: "linux",
      config: { Env: ["A=1", "B=x=y", "A=2"], Labels: { "a.b": "c", plain: "d" }, Cmd: [] },
      history: [{ created: "now" }, { empty_layer: true }],
      nothing: {},
    })],
    [
      ["os", "linux"],
      ['config.Env["A"]', "1"],
      ['config.Env["B"]', "x=y"],
      ['config.Env["A"] (2)', "2"],
      ['config.Labels["a.b"]', "c"],
      ["config.Labels.plain", "d"],
      ["config.Cmd", []],
      ["history[0].created", "now"],
      ["history[1].empty_layer", true],
      ["nothing", {}],
    ],
  );
});

Deno.test("fieldDifferences() has what only one side has, and both values of the others", () => {
  const image = { a: 1, b: [1, 2], added: null };
  const built = { a: 1, b: [2, 1], missing: "x" };
  const common = { kind: "field", document: "config" } as const;
  deepEqual(fieldDifferences("config", { image, built }), [
    { ...common, field: "b", image: [1, 2], built: [2, 1] },
    { ...common, field: "missing", built: "x" },
    { ...common, field: "added", image: null },
  ]);
});
