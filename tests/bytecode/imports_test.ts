import assert from "node:assert/strict";
import { usedModules } from "../../src/bytecode/mod.ts";
import { importsOf } from "../../src/bytecode/imports.ts";
import { findPython } from "../../src/holotree/mod.ts";
import { readEnvironment } from "../../src/holotree/environment.ts";
import { openLibrary } from "../../src/holotree/mod.ts";
import { robotScene } from "../support/robot_scene.ts";
import { toolTest } from "../support/tools.ts";

const CASES:
  readonly (readonly [text: string, packageName: string, expected: readonly string[]])[] = [
    ["import a", "", ["a"]],
    ["import a.b as c, d # e, f", "", ["a.b", "d"]],
    ["import a; import b", "", ["a", "b"]],
    ["try: import a\nexcept ImportError: pass", "", ["a"]],
    ["def f():\n    import a\n", "", ["a"]],
    ["important = 1\nreimport a", "", []],
    ["from a import b as c, d", "", ["a", "a.b", "a.d"]],
    ["from a import *", "", ["a"]],
    ["from a.b import (\n    c, # d\n    e,\n)", "", ["a.b", "a.b.c", "a.b.e"]],
    ["from a import b, \\\n    c\nx = 1", "", ["a", "a.b", "a.c"]],
    ["from . import a", "p.q", ["p.q", "p.q.a"]],
    ["from .. import a", "p.q", ["p", "p.a"]],
    ["from ..r import a", "p.q", ["p.r", "p.r.a"]],
    ["from ... import a", "p", []],
    ["from .a import(b)", "p", ["p.a", "p.a.b"]],
    ["import é.ü", "", ["é.ü"]],
    ['importlib.import_module("a.b")', "", ["a.b"]],
  ];

Deno.test("importsOf() finds what a text imports", () => {
  for (const [text, packageName, expected] of CASES) {
    assert.deepEqual(importsOf(text, packageName).toSorted(), expected.toSorted(), text);
  }
});

toolTest({
  name: "usedModules() follows what a robot imports, and nothing else",
  needs: ["cc"],
}, async () => {
  const packages = "lib/python3.11/site-packages";
  await using scene = await robotScene({
    environment: () => ({
      "bin/python3": "none",
      "bin/tool": "#!/bin/python3\nfrom tool.cli import main\n",
      "lib/python3.11/os.py": "",
      "lib/python3.11/site.py": "import os",
      "lib/python3.11/json/__init__.py": "from .decoder import x",
      "lib/python3.11/json/decoder.py": "",
      "lib/python3.11/json/tool.py": "",
      [`${packages}/tool/__init__.py`]: "",
      [`${packages}/tool/cli.py`]: "import json",
      [`${packages}/a/__init__.py`]: "",
      [`${packages}/a/b.py`]: "from . import c",
      [`${packages}/a/c.py`]: "import a.b, none",
      [`${packages}/a/d.py`]: "",
    }),
  });
  const library = await openLibrary(scene.hololib);
  const environment = await readEnvironment(library, scene.hash);
  const used = await usedModules(environment, findPython(environment.catalog)!, {
    modules: ["import a.b"],
    begins: [],
    programs: ["tool"],
  });
  assert.deepEqual([...used].sort(), [
    "lib/python3.11/json/__init__.py",
    "lib/python3.11/json/decoder.py",
    "lib/python3.11/os.py",
    "lib/python3.11/site-packages/a/__init__.py",
    "lib/python3.11/site-packages/a/b.py",
    "lib/python3.11/site-packages/a/c.py",
    "lib/python3.11/site-packages/tool/__init__.py",
    "lib/python3.11/site-packages/tool/cli.py",
    "lib/python3.11/site.py",
  ]);
});
