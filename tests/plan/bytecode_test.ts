import assert from "node:assert/strict";
import { bytecodeKey } from "../../src/plan/bytecode.ts";
import { findPython } from "../../src/holotree/mod.ts";
import { findSources } from "../../src/plan/bytecode.ts";
import type { BytecodeFacts } from "../../src/plan/mod.ts";
import { catalogOf } from "../layers/catalog_of_files.ts";

const catalog = await catalogOf({
  "bin/python3": 1,
  "bin/tool.py": 1,
  "lib/python3.11/os.py": 10,
  "lib/python3.11/site-packages/a/__init__.py": 20,
  "lib/python3.11/site-packages/a/b.pyi": 1,
  "lib/python3.11/site-packages/a/data.py": 9 * 1024 * 1024,
  "share/example.py": 1,
});
const nodes = Array.from({ length: catalog.tree.names.count }, (_, node) => node);
const facts: BytecodeFacts = { python: findPython(catalog)! };

Deno.test("findSources() finds what Python can import, but for what holds data", () => {
  const { paths, size } = findSources(catalog, nodes, facts);
  assert.deepEqual([...paths], [
    "lib/python3.11/os.py",
    "lib/python3.11/site-packages/a/__init__.py",
  ]);
  assert.equal(size, 30);
  const used = new Set(["lib/python3.11/os.py", "lib/python3.11/none.py"]);
  assert.deepEqual([...findSources(catalog, nodes, { ...facts, used }).paths], [
    "lib/python3.11/os.py",
  ]);
});

Deno.test("bytecodeKey() differs with the Python, the place, and the list where one is given", () => {
  const order = { folder: "/home/a", target: "usr/local/lib/pycache", sources: new Set(["a.py"]) };
  const key = (...args: Parameters<typeof bytecodeKey>) => JSON.stringify(bytecodeKey(...args));
  const plain = key(order, facts);
  const other = { ...order, sources: new Set(["b.py"]) };
  assert.equal(key(other, facts), plain); // The layer's own files say which they are.
  const used = { ...facts, used: new Set(["a.py", "b.py"]) };
  const keys = [
    plain,
    key({ ...order, target: "elsewhere" }, facts),
    key(order, { python: { ...facts.python, digest: "0" } }),
    key(order, used),
    key(other, used),
  ];
  assert.equal(new Set(keys).size, keys.length);
});
