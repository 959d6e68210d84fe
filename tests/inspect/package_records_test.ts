import assert from "node:assert/strict";
import { packageOwners, recordKind } from "../../src/inspect/package_records.ts";

const chunks = (text: string) => [new TextEncoder().encode(text)];

Deno.test("recordKind() knows the records of conda and of Python", () => {
  assert.equal(recordKind("env/conda-meta/python-3.11.7-h1_0.json"), "conda");
  assert.equal(recordKind("env/lib/site-packages/requests-2.31.0.dist-info/RECORD"), "python");
  assert.equal(recordKind("env/conda-meta/history"), undefined);
  assert.equal(recordKind("env/RECORD"), undefined);
});

Deno.test("packageOwners() names the package of each file, pip's before conda's", () => {
  const owners = packageOwners([
    {
      path: "env/lib/site-packages/requests-2.31.0.dist-info/RECORD",
      kind: "python",
      chunks: chunks('requests/api.py,sha256=x,1\n"a ""b"",c.py",,\n../../bin/tool,,\n'),
    },
    {
      path: "env/conda-meta/ca-certificates-2024.2.2-hbcca_0.json",
      kind: "conda",
      chunks: chunks(`{"files":["ssl/cert.pem","lib/site-packages/requests/api.py",7]}`),
    },
  ]);
  assert.deepEqual(Object.fromEntries(owners), {
    "env/ssl/cert.pem": "ca-certificates 2024.2.2",
    "env/lib/site-packages/requests/api.py": "requests 2.31.0",
    'env/lib/site-packages/a "b",c.py': "requests 2.31.0",
    "env/bin/tool": "requests 2.31.0",
  });
});

Deno.test("packageOwners() passes over records that cannot be read", () => {
  for (const text of ["", "{", "[]", "null", '{"files":{}}']) {
    const record = {
      path: "env/conda-meta/a-1-0.json",
      kind: "conda",
      chunks: chunks(text),
    } as const;
    assert.equal(packageOwners([record]).size, 0, text);
  }
});
