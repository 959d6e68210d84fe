import assert from "node:assert/strict";
import {
  parsePackageOrigin,
  parsePythonMetadata,
  withoutSecrets,
} from "../../src/holotree/python_metadata.ts";

const HEAD = "Metadata-Version: 2.4\nName: Foo.Bar\nVersion: 1.0\n";

Deno.test("parsePythonMetadata() reads name, version and license of the header alone", () => {
  assert.deepEqual(
    parsePythonMetadata(`${HEAD}License-Expression: MIT\nLicense: no\n\nName: x\n`),
    {
      name: "Foo.Bar",
      version: "1.0",
      license: "MIT",
    },
  );
  const classified = `${HEAD}License: UNKNOWN\r\n` +
    "Classifier: License :: OSI Approved :: BSD License\r\n\r\n";
  assert.equal(parsePythonMetadata(classified)?.license, "BSD License");
  const whole = `${HEAD}License: BSD 3-Clause\n        Copyright (c)\n        All rights\n`;
  assert.equal(parsePythonMetadata(whole)?.license, "BSD 3-Clause");
  assert.deepEqual(parsePythonMetadata(HEAD), { name: "Foo.Bar", version: "1.0" });
  assert.equal(parsePythonMetadata("Name: x\n\nVersion: 1\n"), undefined);
});

Deno.test("parsePackageOrigin() reads PEP 610, and gives no credentials away", () => {
  const url = "https://me:secret@example.com/x.git?token=secret";
  const vcs_info = { vcs: "git", commit_id: "0123", requested_revision: "main" };
  assert.deepEqual(parsePackageOrigin(JSON.stringify({ url, vcs_info })), {
    url: "https://example.com/x.git",
    vcs: { kind: "git", commit: "0123" },
  });
  const sha256 = "ab".repeat(32);
  for (const archive_info of [{ hashes: { sha256 } }, { hash: `sha256=${sha256}` }]) {
    const origin = parsePackageOrigin(JSON.stringify({ url: "file:///x.whl", archive_info }));
    assert.deepEqual(origin, { url: "file:///x.whl", sha256 });
  }
  for (const text of ["", "[]", "null", '{"url":1}', '{"url":"no address"}']) {
    assert.equal(parsePackageOrigin(text), undefined, text);
  }
  const conda = withoutSecrets("https://conda.example.com/t/secret/channel/noarch/x.conda");
  assert.equal(conda, "https://conda.example.com/channel/noarch/x.conda");
});
