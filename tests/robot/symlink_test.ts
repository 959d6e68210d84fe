import assert from "node:assert/strict";
import { followLinks } from "../../src/robot/symlink.ts";

/** Where the first of these links ends. */
function endOf(links: Readonly<Record<string, string>>): string | undefined {
  const all = new Map(Object.entries(links));
  return followLinks([...all.keys()][0]!, all);
}

Deno.test("followLinks() leaves a path without links as it is", () => {
  for (const path of ["a", "a/b", ""]) assert.equal(followLinks(path, new Map()), path);
});

Deno.test("followLinks() finds the end of a link, there or not", () => {
  const ends = {
    "b": "b",
    "./b": "b",
    "b/c/": "b/c",
    ".": "",
    "b/../c": "c",
    "": "",
    "...": "...",
  };
  for (const [target, end] of Object.entries(ends)) {
    assert.equal(endOf({ a: target }), end, target);
    assert.equal(endOf({ "x/y/a": target }), end === "" ? "x/y" : `x/y/${end}`, target);
  }
  assert.equal(endOf({ "x/y/a": "../../b" }), "b");
  assert.equal(endOf({ "x/y/a": "../.." }), "");
});

Deno.test("followLinks() finds no end outside of the folder", () => {
  for (const target of ["..", "../b", "b/../..", "/", "/b", "/home/robot/app/b", "../robot/b"]) {
    assert.equal(endOf({ a: target }), undefined, target);
  }
  assert.equal(endOf({ "x/y/a": "../../.." }), undefined);
});

Deno.test("followLinks() follows the links on the way", () => {
  assert.equal(endOf({ "x/a": "b/../c", "x/b": ".." }), undefined);
  assert.equal(endOf({ "x/a": "b/../c", "x/b": "d" }), "x/c");
  assert.equal(endOf({ "x/a": "b/c", "x/b": "../y" }), "y/c");
  assert.equal(endOf({ "x/a": "b/../c", "x/b": "../y/z" }), "y/c");
  assert.equal(endOf({ a: "b", b: "c", c: "../d" }), undefined);
  assert.equal(endOf({ a: "b", b: "/c" }), undefined);
  assert.equal(followLinks("link/conda.yaml", new Map([["link", "envs"]])), "envs/conda.yaml");
});

Deno.test("followLinks() ends for links that go round", () => {
  assert.equal(endOf({ a: "a" }), "a");
  assert.notEqual(endOf({ a: "b", b: "a" }), undefined);
  assert.notEqual(endOf({ a: "b/b/b", b: "a/a/a" }), undefined);
});
