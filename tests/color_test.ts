import assert from "node:assert/strict";
import { hasColor } from "../src/color.ts";

Deno.test("hasColor() asks FORCE_COLOR, then NO_COLOR, then the terminal", () => {
  const cases: readonly (readonly [Record<string, string>, boolean, boolean])[] = [
    [{}, true, true],
    [{}, false, false],
    [{ TERM: "dumb" }, true, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "" }, true, true],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "3", NO_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "1", TERM: "dumb" }, true, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ FORCE_COLOR: "false" }, true, false],
    [{ FORCE_COLOR: "" }, true, true],
  ];
  for (const [env, isTerminal, color] of cases) {
    assert.equal(hasColor(env, isTerminal), color, JSON.stringify(env));
  }
});
