import assert from "node:assert/strict";
import { comparePackages, readDocument, sortPackages } from "../../src/evidence/mod.ts";

const read = (value: unknown) => readDocument(new TextEncoder().encode(JSON.stringify(value)));

const PURL = {
  name: "Foo.Bar",
  versionInfo: "1",
  externalRefs: [{ referenceType: "purl", referenceLocator: "pkg:pypi/foo.bar@1" }],
};
const SPDX = { spdxVersion: "SPDX-2.3", packages: [{ name: "no purl" }, PURL] };
const PACKAGES = [{ type: "pypi", name: "foo-bar", version: "1" }];

Deno.test("readDocument() reads SPDX, alone, in a statement and in an envelope", () => {
  const expected = { kind: "sbom", form: "SPDX-2.3", packages: PACKAGES };
  assert.deepEqual(read(SPDX), expected);
  const statement = { predicateType: "https://spdx.dev/Document", predicate: SPDX };
  assert.deepEqual(read(statement), expected);
  const payload = new TextEncoder().encode(JSON.stringify(statement)).toBase64();
  assert.deepEqual(read({ payload, signatures: [] }), expected);
});

Deno.test("readDocument() reads CycloneDX with components in components", () => {
  const inner = { type: "library", name: "foo_bar", version: "1", purl: "pkg:pypi/foo-bar@1" };
  const image = { type: "container", name: "x", purl: "pkg:oci/x@sha256:0", components: [inner] };
  assert.deepEqual(read({ bomFormat: "CycloneDX", specVersion: "1.6", components: [image] }), {
    kind: "sbom",
    form: "CycloneDX-1.6",
    packages: PACKAGES,
  });
});

Deno.test("readDocument() reads provenance of SLSA in both of its forms", () => {
  const predicateType = "https://slsa.dev/provenance/v1";
  const expected = { kind: "provenance", predicateType, builder: "me" };
  assert.deepEqual(
    read({ predicateType, predicate: { runDetails: { builder: { id: "me" } } } }),
    expected,
  );
  assert.deepEqual(read({ predicateType, predicate: { builder: { id: "me" } } }), expected);
});

Deno.test("readDocument() says nothing of what is no such document", () => {
  for (const value of [null, 1, [], {}, { payload: "%", signatures: [] }, { predicateType: "x" }]) {
    assert.equal(read(value), undefined);
  }
  assert.equal(readDocument(new Uint8Array([0xff])), undefined);
  let nested: unknown = SPDX;
  for (let i = 0; i < 9; i++) nested = { predicateType: "x", predicate: nested };
  assert.equal(read(nested), undefined);
});

Deno.test("comparePackages() says what was added, removed and changed", () => {
  const of = (name: string, version: string) => ({ type: "pypi", name, version });
  assert.deepEqual(
    comparePackages(
      [of("a", "1"), of("B_c", "1"), of("d", "1"), of("e", "1"), of("e", "2")],
      [of("b-c", "1"), of("d", "2"), of("e", "2"), of("f", "1")],
    ).map(({ change, name, from, to }) => [change, name, from.join(), to.join()]),
    [
      ["removed", "a", "1", ""],
      ["changed", "d", "1", "2"],
      ["changed", "e", "1,2", "2"],
      ["added", "f", "", "1"],
    ],
  );
  assert.deepEqual(sortPackages([of("b", "1"), of("a", "1"), of("A", "1")]), [
    of("a", "1"),
    of("b", "1"),
  ]);
});
