import assert from "node:assert/strict";
import { parseApkInstalled, parseDpkgStatus } from "../../src/base/system_packages.ts";

Deno.test("parseDpkgStatus() reads what is installed, with the source that it was built of", () => {
  const status = `Package: libssl3
Status: install ok installed
Architecture: amd64
Source: openssl (3.0.1-1)
Version: 3.0.1-1+b1
Description: a library
 Version: of a text

Package: gone
Status: deinstall ok config-files
Version: 1

Package: bash
Status: hold ok installed
Architecture: amd64
Version: 5.2
`;
  const dpkg = { manager: "dpkg", architecture: "amd64" };
  assert.deepEqual(parseDpkgStatus(status), [
    {
      ...dpkg,
      name: "libssl3",
      version: "3.0.1-1+b1",
      source: { name: "openssl", version: "3.0.1-1" },
    },
    { ...dpkg, name: "bash", version: "5.2" },
  ]);
  assert.deepEqual(parseDpkgStatus("Package: tzdata\nVersion: 2025\n"), [
    { manager: "dpkg", name: "tzdata", version: "2025" },
  ]);
});

Deno.test("parseApkInstalled() reads Alpine's database", () => {
  const installed = `C:Q1x
P:musl-utils
V:1.2.5-r0
A:x86_64
L:MIT AND BSD-2-Clause AND GPL-2.0-or-later
o:musl
F:usr/bin
R:ldd

P:musl
V:1.2.5-r0
o:musl
`;
  assert.deepEqual(parseApkInstalled(installed), [
    {
      manager: "apk",
      name: "musl-utils",
      version: "1.2.5-r0",
      architecture: "x86_64",
      source: { name: "musl" },
      license: "MIT AND BSD-2-Clause AND GPL-2.0-or-later",
    },
    { manager: "apk", name: "musl", version: "1.2.5-r0" },
  ]);
});
