import assert from "node:assert/strict";
import { findOwners } from "../../src/layers/mod.ts";
import type { PackageFiles } from "../../src/layers/owners.ts";
import { catalogOf, nodeAt } from "./catalog_of_files.ts";

const SITE = "lib/python3.11/site-packages";

const PIP: PackageFiles = {
  name: "requests",
  manager: "pip",
  files: [
    `${SITE}/requests/__init__.py`,
    `${SITE}/requests-2.31.0.dist-info/METADATA`,
    `${SITE}/requests-2.31.0.dist-info/RECORD`,
    "bin/requests",
    "not/there",
  ],
};
const CONDA: PackageFiles = {
  name: "openssl",
  manager: "conda",
  files: ["lib/libssl.so.3", "bin/requests"],
};

/** Who owns what, by path. */
async function ownersOf(
  paths: readonly string[],
  installed: readonly PackageFiles[],
): Promise<readonly string[]> {
  const catalog = await catalogOf(Object.fromEntries(paths.map((path) => [path, 10])));
  const { byNode, packages } = findOwners(catalog, installed);
  const others: Readonly<Record<number, string>> = {
    [-1]: "(interpreter)",
    [-2]: "(rest)",
    [-3]: "(records)",
  };
  return paths.map((path) => {
    const owner = byNode[nodeAt(catalog, path)]!;
    return packages[owner] ?? others[owner]!;
  });
}

const OWNED: Readonly<Record<string, string>> = {
  [`${SITE}/requests/__init__.py`]: "requests",
  [`${SITE}/requests-2.31.0.dist-info/METADATA`]: "requests",
  [`${SITE}/requests-2.31.0.dist-info/RECORD`]: "(records)",
  [`${SITE}/requests-2.31.0.dist-info/direct_url.json`]: "(records)",
  [`${SITE}/stray.py`]: "(rest)",
  "bin/requests": "requests",
  "bin/python3": "(interpreter)",
  "lib/libssl.so.3": "openssl",
  "lib/python3.11/os.py": "(interpreter)",
  "conda-meta/history": "(records)",
  "conda-meta/openssl-3.0-0.json": "(records)",
  "conda-meta/notes/kept.json": "(interpreter)",
  "identity.yaml": "(records)",
  "rcc_plan.log": "(records)",
  "golden-ee.yaml": "(records)",
  "rcc_activate.json": "(records)",
  "share/identity.yaml": "(interpreter)",
};

Deno.test("findOwners() gives each file to whoever lists it, and pip's records come first", async () => {
  const paths = Object.keys(OWNED);
  assert.deepEqual(await ownersOf(paths, [PIP, CONDA]), Object.values(OWNED));
  assert.deepEqual(await ownersOf(paths, [CONDA, PIP]), Object.values(OWNED));
});

Deno.test("findOwners() leaves what nobody lists to the interpreter and the rest", async () => {
  assert.deepEqual(
    await ownersOf([`${SITE}/a-1.0.dist-info/METADATA`, `${SITE}/a.py`, "bin/a"], []),
    ["(rest)", "(rest)", "(interpreter)"],
  );
});
