import assert from "node:assert/strict";
import { findPython } from "../../src/holotree/mod.ts";
import { catalogOf } from "../layers/catalog_of_files.ts";

const FILES = { "bin/python3": 100, "lib/python3.11/os.py": 10, "lib/libssl.so.3": 5 };

Deno.test("findPython() finds the Python of an environment, and what its compiler is", async () => {
  const python = findPython(await catalogOf(FILES));
  assert.deepEqual([python?.minor, python?.folder], [11, "lib/python3.11"]);
  const digest = async (files: Readonly<Record<string, number>>) =>
    findPython(await catalogOf({ ...FILES, ...files }))?.digest;
  assert.equal(await digest({ "lib/libssl.so.3": 6 }), python?.digest);
  assert.notEqual(await digest({ "bin/python3": 101 }), python?.digest);
  assert.notEqual(await digest({ "lib/libpython3.11.so.1.0": 9 }), python?.digest);
});

Deno.test("findPython() finds none where it is missing, not whole, or one of several", async () => {
  const found = async (files: Readonly<Record<string, number>>) =>
    findPython(await catalogOf(files))?.minor;
  assert.equal(await found({ "bin/hello": 1 }), undefined);
  assert.equal(await found({ "bin/python3": 1, "lib/python3.11/site.py": 1 }), undefined);
  assert.equal(await found({ "lib/python3.11/os.py": 1 }), undefined);
  assert.equal(await found({ ...FILES, "lib/python3.12/os.py": 1 }), undefined);
  assert.equal(await found({ ...FILES, "lib/python3.12/README": 1 }), 11);
});
