import assert from "node:assert/strict";
import { hasUnicode, isCi, progressStyle, type TerminalVariables } from "../../src/report/look.ts";

Deno.test("progressStyle() is live on a terminal, plain elsewhere, in groups in a job of GitHub", () => {
  const cases: readonly (readonly [TerminalVariables, boolean, string])[] = [
    [{ TERM: "xterm" }, true, "live"],
    [{}, true, "live"],
    [{ TERM: "xterm" }, false, "plain"],
    [{ TERM: "dumb" }, true, "plain"],
    [{ CI: "true" }, true, "plain"],
    [{ CI: "false" }, true, "live"],
    [{ CI: "" }, true, "live"],
    [{ GITHUB_ACTIONS: "true", CI: "true" }, false, "github"],
    [{ GITHUB_ACTIONS: "true" }, true, "github"],
  ];
  for (const [env, isTerminal, style] of cases) {
    assert.equal(progressStyle(env, { progress: "auto", isTerminal }), style, JSON.stringify(env));
  }
});

Deno.test("progressStyle() obeys who asks for lines that change, or that stay", () => {
  const dumb = { TERM: "dumb", CI: "1", GITHUB_ACTIONS: "true" };
  assert.equal(progressStyle(dumb, { progress: "tty", isTerminal: false }), "live");
  assert.equal(progressStyle(dumb, { progress: "plain", isTerminal: true }), "github");
  assert.equal(progressStyle({}, { progress: "plain", isTerminal: true }), "plain");
});

Deno.test("isCi() knows CI, and a job of GitHub without it", () => {
  assert.equal(isCi({}), false);
  assert.equal(isCi({ CI: "0" }), false);
  assert.equal(isCi({ CI: "1" }), true);
  assert.equal(isCi({ GITHUB_ACTIONS: "true" }), true);
});

Deno.test("hasUnicode() takes the first variable of the locale that is set", () => {
  const cases: readonly (readonly [TerminalVariables, boolean])[] = [
    [{}, false],
    [{ LANG: "en_US.UTF-8" }, true],
    [{ LANG: "de_DE.utf8" }, true],
    [{ LANG: "C" }, false],
    [{ LANG: "en_US.UTF-8", LC_ALL: "C" }, false],
    [{ LANG: "C", LC_ALL: "", LC_CTYPE: "C.UTF-8" }, true],
    [{ LANG: "en_US.ISO-8859-1" }, false],
    [{ WT_SESSION: "0ab" }, true],
  ];
  for (const [env, unicode] of cases) assert.equal(hasUnicode(env), unicode, JSON.stringify(env));
});
